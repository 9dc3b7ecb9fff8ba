// The one table of options. Flags, environment variables, config file keys, help text and the reference page
// docs/reference/configuration.md are all derived from it.
import { limits } from '../kit/limits.ts'
import { noSettings, type RedactionSettings } from '../text/redaction.ts'
import {
  choiceKind,
  countKind,
  type EmbeddingChoice,
  embeddingKind,
  loopbackKind,
  millisecondsKind,
  minutesKind,
  nameKind,
  type Option,
  optional,
  pathKind,
  portKind,
  redactionKind,
  type Secret,
  secretKind,
} from './option.ts'

export const logLevels = ['info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** What the options say, before paths are made absolute (config.ts does that). */
export interface Settings {
  readonly dataDir: string
  readonly httpPort: number | null
  readonly httpHost: string
  readonly httpAuth: 'on' | 'off'
  readonly socketPath: string | null
  readonly passphrase: Secret | null
  readonly logLevel: LogLevel
  /** 0: never; null: not said */
  readonly idleExitMinutes: number | null
  readonly verifyHistory: 'on' | 'off'
  readonly promptRecall: 'first' | 'off'
  /** null: not said */
  readonly hookWaitMs: number | null
  readonly embedding: EmbeddingChoice
  readonly embeddingModel: string | null
  readonly embeddingKey: Secret | null
  readonly backupDaily: 'on' | 'off'
  readonly backupKeep: number
  readonly backupFolder: string | null
  readonly redaction: RedactionSettings
}

export const options: { readonly [Name in keyof Settings]: Option<Settings[Name]> } = {
  dataDir: {
    flag: '--data-dir',
    env: 'IAI_MCP_STORE',
    key: null,
    kind: pathKind,
    fallback: '~/.iai-mcp',
    help: 'Data directory: the encrypted store, its key, the socket, the port and token files.',
  },
  httpPort: {
    flag: '--http-port',
    env: 'IAI_DAEMON_HTTP_PORT',
    key: 'http_port',
    kind: optional(portKind),
    fallback: null,
    fallbackText: 'no TCP surface at all',
    help: 'Serve HTTP on this loopback port; 0 lets the system choose (the port is written to .http.port).',
  },
  httpHost: {
    flag: '--http-host',
    env: null,
    key: 'http_host',
    kind: loopbackKind,
    fallback: '127.0.0.1',
    help: 'Loopback address that HTTP binds to; any other address is refused.',
  },
  httpAuth: {
    flag: '--http-auth',
    env: 'IAI_DAEMON_HTTP_AUTH',
    key: 'http_auth',
    kind: choiceKind(['on', 'off']),
    fallback: 'on',
    help: 'Ask for the token of .http.token on every route but /healthz. Off lets every local program read the memory.',
  },
  socketPath: {
    flag: '--socket',
    env: 'IAI_DAEMON_SOCKET_PATH',
    key: 'socket_path',
    kind: optional(pathKind),
    fallback: null,
    fallbackText: '.daemon.sock in the data directory',
    help: 'Unix socket that the command line and local clients use.',
  },
  passphrase: {
    flag: null,
    env: 'IAI_MCP_CRYPTO_PASSPHRASE',
    key: null,
    kind: optional(secretKind),
    fallback: null,
    fallbackText: 'a key file (.key) in the data directory',
    help: 'Passphrase that the store is encrypted with. Only from the environment, so that no process list shows it.',
  },
  logLevel: {
    flag: '--log-level',
    env: 'IAI_MCP_LOG_LEVEL',
    key: 'log_level',
    kind: choiceKind(logLevels),
    fallback: 'info',
    help: 'Least severe event that is written to stderr (one JSON line each, never memory text).',
  },
  idleExitMinutes: {
    flag: '--idle-exit',
    env: 'IAI_MCP_IDLE_EXIT_MINUTES',
    key: 'idle_exit_minutes',
    kind: optional(minutesKind),
    fallback: null,
    fallbackText: `never; ${limits.onDemandIdleMinutesDefault} for a daemon that a host started on demand`,
    help: 'Leave when no host is connected and nothing was asked for this long; 0 is never.',
  },
  verifyHistory: {
    flag: null,
    env: null,
    key: 'verify_history',
    kind: choiceKind(['on', 'off']),
    fallback: 'off',
    help: 'After sessions have ended, and once a day, look whether what the agents wrote lately is stored, and take in what is not (iai-mcp verify --repair). Turned on by iai-mcp setup.',
  },
  promptRecall: {
    flag: null,
    env: null,
    key: 'prompt_recall',
    kind: choiceKind(['first', 'off']),
    fallback: 'first',
    help: 'What Claude Code and Codex are given with the first prompt of a session: memories that are clearly about it, in at most 600 tokens; off gives none.',
  },
  hookWaitMs: {
    flag: null,
    env: 'IAI_MCP_HOOK_WAIT_MS',
    key: 'hook_wait_ms',
    kind: optional(millisecondsKind(limits.hookWaitMsMax)),
    fallback: null,
    fallbackText: `${limits.hookMsMax}; ${limits.hookColdMsMax} when a session opens`,
    help: 'How long Claude Code and Codex wait for a hook of ours. What is not there by then, a session goes on without; more is for a slow machine. Past 5 s, the timeouts that setup wrote into their settings have to be raised too.',
  },
  embedding: {
    flag: '--embedding',
    env: 'IAI_MCP_EMBEDDING',
    key: 'embedding',
    kind: embeddingKind,
    fallback: { kind: 'builtin' },
    fallbackText: 'builtin',
    help: 'What finds memories by meaning, beside their words. builtin: the model in this package; nothing is downloaded, no text leaves the process. transformers: a model in a local folder, run in this process by @huggingface/transformers, which you install. ollama, openai: every remembered text and every question is sent to that address. off: words alone.',
  },
  embeddingModel: {
    flag: '--embedding-model',
    env: 'IAI_MCP_EMBEDDING_MODEL',
    key: 'embedding_model',
    kind: optional(nameKind),
    fallback: null,
    fallbackText: 'none; needed with ollama, openai and transformers',
    help: 'Name of the embedding model. Another one means that all memories are embedded again, in the background.',
  },
  embeddingKey: {
    flag: null,
    env: 'IAI_MCP_EMBEDDING_KEY',
    key: null,
    kind: optional(secretKind),
    fallback: null,
    fallbackText: 'none',
    help: 'Sent to the embedding endpoint as a bearer token. Only from the environment, so that no process list shows it.',
  },
  backupDaily: {
    flag: null,
    env: null,
    key: 'backup_daily',
    kind: choiceKind(['on', 'off']),
    fallback: 'on',
    help: 'Make a checked, encrypted copy of the store once a day when something has changed (iai-mcp restore lists them).',
  },
  backupKeep: {
    flag: null,
    env: null,
    key: 'backup_keep',
    kind: countKind(limits.backupKeepMax),
    fallback: limits.backupKeepDefault,
    help: 'How many of these copies stay; the oldest go first.',
  },
  backupFolder: {
    flag: null,
    env: null,
    key: 'backup_folder',
    kind: optional(pathKind),
    fallback: null,
    fallbackText: 'backups in the data directory',
    help: 'Where these copies go; a folder on another disk also survives the loss of this one.',
  },
  redaction: {
    flag: null,
    env: null,
    key: 'redaction',
    kind: redactionKind,
    fallback: noSettings,
    fallbackText: 'the built-in rules, in every project',
    help: 'Patterns of your own that are never stored, and projects in which the built-in rules for secrets are off; see docs/guide/secrets.md.',
  },
}

export const optionNames = Object.keys(options) as readonly (keyof Settings)[]
