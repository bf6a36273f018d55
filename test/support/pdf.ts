/**
 * The text of a PDF as poppler's pdftotext reads it: marks of direction are left out, letters that are drawn
 * joined are those of the alphabet, and spaces of all kinds are one.
 */
export async function readPdf(pdf: Uint8Array): Promise<string> {
  const child = Bun.spawn(['pdftotext', '-layout', '-', '-'], {
    ...({ stdin: new Uint8Array(pdf), stdout: 'pipe', stderr: 'pipe' } as const),
  })
  const [text, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (child.exitCode !== 0) throw new Error(`pdftotext: ${complaint}`)
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/g, ' ')
}
