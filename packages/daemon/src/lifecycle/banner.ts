// What the daemon prints on stdout once everything listens: what runs, where, and what to paste into OpenCode.

/** Named as --json prints them. */
export interface BannerFacts {
  readonly version: string
  readonly data_dir: string
  /** false for the default directory, which every client finds by itself */
  readonly data_dir_chosen: boolean
  readonly key_source: string
  /** null when the service manager owns it */
  readonly socket: string | null
  /** null without a TCP surface */
  readonly url: string | null
  readonly auth: 'on' | 'off'
  /** host that every remembered text is sent to, to be embedded; null: none */
  readonly sends_text_to: string | null
  /** path of the command, which works from any folder */
  readonly command: string
  /** entry of OpenCode's `plugin` list */
  readonly plugin: string
}

export function banner(facts: BannerFacts): string {
  const lines = [
    `iai-mcp ${facts.version} is running.`,
    '',
    `  data directory  ${facts.data_dir}`,
    `  key             ${facts.key_source}`,
    `  socket          ${facts.socket ?? 'handed over by the service manager'}`,
    `  URL             ${facts.url ?? 'none (start with --http to have one)'}`,
  ]
  if (facts.auth === 'off' && facts.url !== null)
    lines.push('', '  WARNING: HTTP asks for no token. Every program on this machine can read the memory.')
  if (facts.sends_text_to !== null)
    lines.push(
      '',
      `  NOTE: every remembered text and every question is sent to ${facts.sends_text_to} (embedding).`,
    )
  if (facts.url !== null)
    lines.push(
      '',
      'OpenCode: put this into opencode.json (yours is in ~/.config/opencode):',
      '',
      snippet(facts),
    )
  lines.push('', `Stop it with Ctrl-C. From any folder: ${facts.command} --help`, '')
  return lines.join('\n')
}

function snippet(facts: BannerFacts): string {
  const entry = facts.data_dir_chosen ? [facts.plugin, { dataDir: facts.data_dir }] : facts.plugin
  return `  ${JSON.stringify({ plugin: [entry] }, null, 2).replaceAll('\n', '\n  ')}`
}
