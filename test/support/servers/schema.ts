/** Runs one statement. Returns its rows as lists of text. */
export type Ask = (statement: string) => Promise<string[][]>

/**
 * Everything a schema promises: columns, indexes, foreign keys, checks, tables' own settings, and how many
 * rows it begins with. Not the order of columns and not the names that the server makes up, which say nothing
 * and depend on history.
 */
export async function describeSchema(ask: Ask, database: string): Promise<Record<string, string[]>> {
  const described: Record<string, string[]> = {}
  for (const [what, statement] of Object.entries(statements(database))) {
    described[what] = (await ask(statement)).map((row) => withoutCharset(row.join(' | '))).sort()
  }
  const tables = (described.tables ?? []).map((line) => line.split(' | ')[0] ?? '')
  described.rows = []
  for (const table of tables) {
    const [[count = ''] = []] = await ask(`SELECT COUNT(*) FROM ${database}.${table}`)
    described.rows.push(`${table} ${count}`)
  }
  return described
}

/**
 * MySQL notes the client's character set at each text of a check, and another one once the table was rebuilt.
 */
const withoutCharset = (line: string) => line.replace(/\b_(ascii|latin1|utf8mb4)(?=\\*')/g, '')

const statements = (database: string) => ({
  tables: `SELECT table_name, engine, table_collation FROM information_schema.tables
    WHERE table_schema = '${database}' AND table_name <> 'schema_migrations'`,
  columns: `SELECT table_name, column_name, column_type, is_nullable, IFNULL(column_default, 'NULL'), extra,
      IFNULL(character_set_name, ''), IFNULL(collation_name, '')
    FROM information_schema.columns WHERE table_schema = '${database}' AND table_name <> 'schema_migrations'`,
  indexes: `SELECT table_name, index_name, index_type, non_unique,
      GROUP_CONCAT(column_name, IFNULL(sub_part, '') ORDER BY seq_in_index)
    FROM information_schema.statistics
    WHERE table_schema = '${database}' AND table_name <> 'schema_migrations'
    GROUP BY table_name, index_name, index_type, non_unique`,
  foreignKeys: `SELECT k.table_name, GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position),
      k.referenced_table_name, GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position),
      r.delete_rule, r.update_rule
    FROM information_schema.key_column_usage k
    JOIN information_schema.referential_constraints r
      ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
     AND r.table_name = k.table_name
    WHERE k.table_schema = '${database}' AND k.referenced_table_name IS NOT NULL
    GROUP BY k.constraint_name, k.table_name, k.referenced_table_name, r.delete_rule, r.update_rule`,
  checks: `SELECT check_clause FROM information_schema.check_constraints WHERE constraint_schema = '${database}'`,
})
