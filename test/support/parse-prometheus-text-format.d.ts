/** The package brings no types of its own. */
declare module 'parse-prometheus-text-format' {
  type Sample = {
    labels?: Record<string, string>
    value?: string
    /** Of histograms. */
    count?: string
    sum?: string
    buckets?: Record<string, string>
  }
  type Family = { name: string; help: string; type: string; metrics: Sample[] }

  export = parse
  function parse(text: string): Family[]
}
