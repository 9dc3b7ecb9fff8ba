// Credentials that name their issuer by a prefix or a shape, in the form their vendors document: prefix, length,
// alphabet and, where there is one, the check digits. All bytes are invented.
import { base58Check, bech32Data, crcBase62, crcHex } from './checksums.ts'
import { base32, base62, base64url, type Dice, digits, hex, lower, upper, uuid } from './dice.ts'

export interface Credential {
  value: string
  /** The parts that must not survive: what is left when the public prefix is taken away. */
  core: readonly string[]
}

export interface TokenKind {
  kind: string
  /** The name such a value usually has in an environment file. */
  env: string
  /** How people call it in a sentence. */
  label: string
  make(d: Dice): Credential
}

const whole = (prefix: string, tail: string, suffix = ''): Credential => ({
  value: prefix + tail + suffix,
  core: [tail],
})
const b64 = (d: Dice, bytes: number) => d.bytes(bytes).toString('base64')
const json64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const lowerDigits = lower + digits
const upperDigits = upper + digits

function checked(d: Dice, prefix: string): Credential {
  const entropy = d.chars(base62, 30)
  return whole(prefix, entropy + crcBase62(entropy, 6))
}

export function jwt(d: Dice): Credential {
  const claims = {
    sub: uuid(d),
    role: d.pick(['admin', 'member', 'service']),
    iat: 1_700_000_000 + d.below(9e6),
  }
  const payload = json64({ ...claims, exp: claims.iat + 3600 })
  const signature = d.bytes(32).toString('base64url')
  return {
    value: `${json64({ alg: 'HS256', typ: 'JWT' })}.${payload}.${signature}`,
    core: [payload, signature],
  }
}

type Row = readonly [kind: string, env: string, label: string, make: (d: Dice) => Credential]

const simple =
  (prefix: string, alphabet: string, count: number, suffix = '') =>
  (d: Dice) =>
    whole(prefix, d.chars(alphabet, count), suffix)

const hosts: readonly Row[] = [
  ['github classic token', 'GITHUB_TOKEN', 'GitHub token', (d) => checked(d, 'ghp_')],
  ['github oauth token', 'GH_OAUTH_TOKEN', 'GitHub OAuth token', (d) => checked(d, 'gho_')],
  ['github app token', 'GH_TOKEN', 'installation token', (d) => checked(d, d.pick(['ghs_', 'ghu_', 'ghr_']))],
  [
    'github fine-grained token',
    'GITHUB_PAT',
    'fine-grained PAT',
    (d) => whole('github_pat_', `${d.chars(base62, 22)}_${d.chars(base62, 59)}`),
  ],
  ['gitlab token', 'GITLAB_TOKEN', 'GitLab token', simple('glpat-', base64url, 20)],
  [
    'gitlab routable token',
    'CI_JOB_PAT',
    'GitLab access token',
    (d) => whole('glpat-', `${d.chars(base64url, 36)}.01.${d.chars(lowerDigits, 9)}`),
  ],
  [
    'gitlab runner token',
    'RUNNER_TOKEN',
    'runner token',
    (d) => whole(d.pick(['glrt-', 'gldt-', 'glft-']), d.chars(base64url, 20)),
  ],
  [
    'bitbucket app password',
    'BITBUCKET_APP_PASSWORD',
    'Bitbucket app password',
    (d) => {
      const body = d.chars(base62, 24)
      return whole('ATBB', body + crcHex(body).toUpperCase())
    },
  ],
  [
    'atlassian api token',
    'JIRA_API_TOKEN',
    'Jira token',
    (d) => {
      const body = d.chars(base64url, 183)
      return whole('ATATT3xFfGF0', `${body}=${crcHex(body).toUpperCase()}`)
    },
  ],
  ['npm token', 'NPM_TOKEN', 'npm token', (d) => checked(d, 'npm_')],
  [
    'pypi token',
    'TWINE_PASSWORD',
    'PyPI upload token',
    (d) => whole('pypi-AgEIcHlwaS5vcmc', d.chars(base64url, 154)),
  ],
  ['rubygems key', 'GEM_HOST_API_KEY', 'RubyGems key', simple('rubygems_', hex, 48)],
  ['crates.io token', 'CARGO_REGISTRY_TOKEN', 'crates.io token', simple('cio', base62, 32)],
  ['nuget key', 'NUGET_API_KEY', 'NuGet key', simple('oy2', lowerDigits, 43)],
  ['clojars token', 'CLOJARS_TOKEN', 'Clojars token', simple('CLOJARS_', hex, 60)],
  ['docker hub token', 'DOCKERHUB_TOKEN', 'Docker Hub token', simple('dckr_pat_', base64url, 27)],
  ['artifactory key', 'ARTIFACTORY_API_KEY', 'Artifactory key', simple('AKCp', base62, 69)],
  ['buildkite token', 'BUILDKITE_TOKEN', 'Buildkite token', simple('bkua_', hex, 40)],
  [
    'circleci token',
    'CIRCLE_TOKEN',
    'CircleCI token',
    (d) => whole('CCIPAT_', `${d.chars(base62, 22)}_${d.chars(hex, 40)}`),
  ],
  [
    'sonarqube token',
    'SONAR_TOKEN',
    'Sonar token',
    (d) => whole(d.pick(['squ_', 'sqp_', 'sqa_']), d.chars(hex, 40)),
  ],
]

const clouds: readonly Row[] = [
  [
    'aws access key id',
    'AWS_ACCESS_KEY_ID',
    'AWS key id',
    (d) => whole(d.pick(['AKIA', 'ASIA']), d.chars(base32, 16)),
  ],
  [
    'bedrock api key',
    'AWS_BEARER_TOKEN_BEDROCK',
    'Bedrock key',
    (d) =>
      whole(
        'ABSK',
        Buffer.from(`BedrockAPIKey-${d.chars(lowerDigits, 4)}:${d.chars(base62, 60)}`).toString('base64'),
      ),
  ],
  ['google api key', 'GOOGLE_API_KEY', 'Google API key', simple('AIza', base64url, 35)],
  ['google oauth secret', 'GOOGLE_CLIENT_SECRET', 'OAuth client secret', simple('GOCSPX-', base64url, 28)],
  ['google access token', 'GCLOUD_ACCESS_TOKEN', 'gcloud token', simple('ya29.a0', base64url, 180)],
  ['google refresh token', 'GOOGLE_REFRESH_TOKEN', 'refresh token', simple('1//0', base64url, 98)],
  ['azure client secret', 'AZURE_CLIENT_SECRET', 'app registration secret', azureSecret],
  [
    'azure openai key',
    'AZURE_OPENAI_API_KEY',
    'Azure OpenAI key',
    (d) => whole('', `${d.chars(base62, 52)}JQQJ99B${d.chars(upperDigits, 1)}AC${d.chars(base62, 22)}`),
  ],
  [
    'azure devops token',
    'AZURE_DEVOPS_EXT_PAT',
    'DevOps PAT',
    (d) => whole('', `${d.chars(base62, 52)}JQQJ99BCACAAAAAAAAAAAAASAZDO${d.chars(base62, 4)}`),
  ],
  ['alibaba key id', 'ALIBABA_CLOUD_ACCESS_KEY_ID', 'Aliyun key id', simple('LTAI5t', base62, 18)],
  ['digitalocean token', 'DIGITALOCEAN_TOKEN', 'DigitalOcean token', simple('dop_v1_', hex, 64)],
  ['heroku key', 'HEROKU_API_KEY', 'Heroku key', (d) => whole('HRKU-', uuid(d))],
  ['cloudflare api token', 'CF_API_TOKEN', 'Cloudflare token', simple('cfut_', base62, 48)],
  [
    'cloudflare origin ca key',
    'CF_ORIGIN_CA_KEY',
    'origin CA key',
    (d) => whole('v1.0-', `${d.chars(hex, 24)}-${d.chars(hex, 146)}`),
  ],
  ['fly.io token', 'FLY_API_TOKEN', 'Fly token', (d) => whole('fm2_', b64(d, 150))],
  [
    'tailscale key',
    'TS_AUTHKEY',
    'Tailscale auth key',
    (d) => {
      const [id, secret] = [d.chars(base62, 12), d.chars(base62, 32)]
      return { value: `tskey-auth-k${id}CNTRL-${secret}`, core: [secret] }
    },
  ],
  [
    'supabase secret key',
    'SUPABASE_SECRET_KEY',
    'Supabase secret key',
    (d) => whole('sb_secret_', `${d.chars(base64url, 22)}_${d.chars(base64url, 8)}`),
  ],
  ['supabase access token', 'SUPABASE_ACCESS_TOKEN', 'Supabase access token', simple('sbp_', hex, 40)],
  ['neon key', 'NEON_API_KEY', 'Neon key', simple('napi_', lowerDigits, 64)],
  [
    'planetscale password',
    'PLANETSCALE_PASSWORD',
    'PlanetScale password',
    (d) => whole(d.pick(['pscale_pw_', 'pscale_tkn_']), d.chars(base62, 43)),
  ],
  ['databricks token', 'DATABRICKS_TOKEN', 'Databricks token', simple('dapi', hex, 32)],
  ['doppler token', 'DOPPLER_TOKEN', 'Doppler token', simple('dp.pt.', base62, 43)],
  ['vault token', 'VAULT_TOKEN', 'Vault token', simple('hvs.CAES', base64url, 90)],
  [
    'terraform cloud token',
    'TF_TOKEN_app_terraform_io',
    'Terraform Cloud token',
    (d) => {
      const [id, secret] = [d.chars(base62, 14), d.chars(base62, 67)]
      return { value: `${id}.atlasv1.${secret}`, core: [secret] }
    },
  ],
  ['pulumi token', 'PULUMI_ACCESS_TOKEN', 'Pulumi token', simple('pul-', hex, 40)],
  [
    '1password service token',
    'OP_SERVICE_ACCOUNT_TOKEN',
    '1Password service account token',
    (d) => whole('ops_eyJ', d.chars(base62, 320)),
  ],
  ['openshift token', 'OC_TOKEN', 'OpenShift token', simple('sha256~', base64url, 43)],
  [
    'kubernetes bootstrap token',
    'BOOTSTRAP_TOKEN',
    'join token',
    (d) => {
      const secret = d.chars(lowerDigits, 16)
      return { value: `${d.chars(lowerDigits, 6)}.${secret}`, core: [secret] }
    },
  ],
]

function azureSecret(d: Dice): Credential {
  const [head, tail] = [d.chars(base62, 3), d.chars(base64url, 34)]
  return { value: `${head}8Q~${tail}`, core: [tail] }
}

const models: readonly Row[] = [
  [
    'openai project key',
    'OPENAI_API_KEY',
    'OpenAI key',
    (d) => {
      const [a, b] = [d.chars(base64url, 74), d.chars(base64url, 74)]
      return { value: `sk-proj-${a}T3BlbkFJ${b}`, core: [a, b] }
    },
  ],
  [
    'openai legacy key',
    'OPENAI_KEY',
    'OpenAI API key',
    (d) => {
      const [a, b] = [d.chars(base62, 20), d.chars(base62, 20)]
      return { value: `sk-${a}T3BlbkFJ${b}`, core: [a, b] }
    },
  ],
  ['anthropic key', 'ANTHROPIC_API_KEY', 'Anthropic key', simple('sk-ant-api03-', base64url, 93, 'AA')],
  ['hugging face token', 'HF_TOKEN', 'Hugging Face token', simple('hf_', lower + upper, 34)],
  ['replicate token', 'REPLICATE_API_TOKEN', 'Replicate token', simple('r8_', base62, 37)],
  ['groq key', 'GROQ_API_KEY', 'Groq key', simple('gsk_', base62, 52)],
  ['xai key', 'XAI_API_KEY', 'xAI key', simple('xai-', base62, 80)],
  ['perplexity key', 'PPLX_API_KEY', 'Perplexity key', simple('pplx-', base62, 48)],
  ['openrouter key', 'OPENROUTER_API_KEY', 'OpenRouter key', simple('sk-or-v1-', hex, 64)],
  ['deepseek key', 'DEEPSEEK_API_KEY', 'DeepSeek key', simple('sk-', hex, 32)],
  [
    'langsmith key',
    'LANGSMITH_API_KEY',
    'LangSmith key',
    (d) => whole('lsv2_pt_', `${d.chars(hex, 32)}_${d.chars(hex, 10)}`),
  ],
  ['tavily key', 'TAVILY_API_KEY', 'Tavily key', simple('tvly-dev-', base62, 32)],
  ['elevenlabs key', 'ELEVENLABS_API_KEY', 'ElevenLabs key', simple('sk_', hex, 48)],
  ['langfuse secret key', 'LANGFUSE_SECRET_KEY', 'Langfuse secret key', (d) => whole('sk-lf-', uuid(d))],
]

const services: readonly Row[] = [
  [
    'slack bot token',
    'SLACK_BOT_TOKEN',
    'Slack bot token',
    (d) => {
      const secret = d.chars(base62, 24)
      return { value: `xoxb-${d.chars(digits, 12)}-${d.chars(digits, 13)}-${secret}`, core: [secret] }
    },
  ],
  [
    'slack user token',
    'SLACK_USER_TOKEN',
    'Slack user token',
    (d) => {
      const ids = [0, 1, 2].map(() => d.chars(digits, 12)).join('-')
      const secret = d.chars(hex, 32)
      return { value: `xoxp-${ids}-${secret}`, core: [secret] }
    },
  ],
  [
    'slack app token',
    'SLACK_APP_TOKEN',
    'Slack app-level token',
    (d) => {
      const secret = d.chars(hex, 64)
      return { value: `xapp-1-A0${d.chars(upperDigits, 9)}-${d.chars(digits, 13)}-${secret}`, core: [secret] }
    },
  ],
  [
    'slack webhook',
    'SLACK_WEBHOOK_URL',
    'Slack webhook',
    (d) => {
      const secret = d.chars(base62, 24)
      const ids = `T0${d.chars(upperDigits, 9)}/B0${d.chars(upperDigits, 9)}`
      return { value: `https://hooks.slack.com/services/${ids}/${secret}`, core: [secret] }
    },
  ],
  [
    'discord webhook',
    'DISCORD_WEBHOOK_URL',
    'Discord webhook',
    (d) => {
      const secret = d.chars(base64url, 68)
      return {
        value: `https://discord.com/api/webhooks/${d.chars('123456789', 19)}/${secret}`,
        core: [secret],
      }
    },
  ],
  [
    'discord bot token',
    'DISCORD_TOKEN',
    'Discord bot token',
    (d) => {
      const id = Buffer.from(`1${d.chars(digits, 18)}`).toString('base64url')
      const secret = d.chars(base64url, 38)
      return { value: `${id}.G${d.chars(base64url, 5)}.${secret}`, core: [secret] }
    },
  ],
  [
    'telegram bot token',
    'TELEGRAM_BOT_TOKEN',
    'Telegram bot token',
    (d) => {
      const secret = `AA${d.chars(base64url, 33)}`
      return { value: `${d.chars('123456789', 10)}:${secret}`, core: [secret] }
    },
  ],
  [
    'teams webhook',
    'TEAMS_WEBHOOK_URL',
    'Teams webhook',
    (d) => {
      const secret = d.chars(hex, 32)
      const ids = `${uuid(d)}@${uuid(d)}`
      return {
        value: `https://contoso.webhook.office.com/webhookb2/${ids}/IncomingWebhook/${secret}/${uuid(d)}`,
        core: [secret],
      }
    },
  ],
  ['stripe secret key', 'STRIPE_SECRET_KEY', 'Stripe key', simple('sk_live_51', base62, 97)],
  [
    'stripe restricted key',
    'STRIPE_RESTRICTED_KEY',
    'restricted Stripe key',
    simple('rk_live_51', base62, 97),
  ],
  ['stripe webhook secret', 'STRIPE_WEBHOOK_SECRET', 'webhook signing secret', simple('whsec_', base62, 32)],
  ['square token', 'SQUARE_ACCESS_TOKEN', 'Square token', simple('EAAAl', base64url, 59)],
  [
    'braintree token',
    'BRAINTREE_ACCESS_TOKEN',
    'Braintree token',
    (d) => {
      const secret = d.chars(hex, 32)
      return { value: `access_token$production$${d.chars(lowerDigits, 16)}$${secret}`, core: [secret] }
    },
  ],
  ['shopify token', 'SHOPIFY_ACCESS_TOKEN', 'Shopify token', simple('shpat_', hex, 32)],
  ['plaid token', 'PLAID_ACCESS_TOKEN', 'Plaid access token', (d) => whole('access-production-', uuid(d))],
  [
    'sendgrid key',
    'SENDGRID_API_KEY',
    'SendGrid key',
    (d) => whole('SG.', `${d.chars(base64url, 22)}.${d.chars(base64url, 43)}`),
  ],
  ['mailgun key', 'MAILGUN_API_KEY', 'Mailgun key', simple('key-', hex, 32)],
  ['mailchimp key', 'MAILCHIMP_API_KEY', 'Mailchimp key', simple('', hex, 32, '-us14')],
  [
    'brevo key',
    'BREVO_API_KEY',
    'Brevo key',
    (d) => whole('xkeysib-', `${d.chars(hex, 64)}-${d.chars(base62, 16)}`),
  ],
  [
    'resend key',
    'RESEND_API_KEY',
    'Resend key',
    (d) => whole('re_', `${d.chars(base62, 8)}_${d.chars(base62, 24)}`),
  ],
  ['twilio api key', 'TWILIO_API_KEY_SID', 'Twilio API key', simple('SK', hex, 32)],
  [
    'grafana service token',
    'GRAFANA_TOKEN',
    'Grafana token',
    (d) => {
      const body = d.chars(base62, 32)
      return whole('glsa_', `${body}_${crcHex(body)}`)
    },
  ],
  ['new relic key', 'NEW_RELIC_API_KEY', 'New Relic key', simple('NRAK-', upperDigits, 27)],
  ['sentry user token', 'SENTRY_AUTH_TOKEN', 'Sentry token', simple('sntryu_', hex, 64)],
  [
    'dynatrace token',
    'DT_API_TOKEN',
    'Dynatrace token',
    (d) => {
      const secret = d.chars(upperDigits, 64)
      return { value: `dt0c01.${d.chars(upperDigits, 24)}.${secret}`, core: [secret] }
    },
  ],
  [
    'postman key',
    'POSTMAN_API_KEY',
    'Postman key',
    (d) => whole('PMAK-', `${d.chars(hex, 24)}-${d.chars(hex, 34)}`),
  ],
  ['linear key', 'LINEAR_API_KEY', 'Linear key', simple('lin_api_', base62, 40)],
  [
    'notion token',
    'NOTION_TOKEN',
    'Notion token',
    (d) => whole('ntn_', d.chars(digits, 11) + d.chars(base62, 35)),
  ],
  [
    'airtable token',
    'AIRTABLE_TOKEN',
    'Airtable token',
    (d) => {
      const secret = d.chars(hex, 64)
      return { value: `pat${d.chars(base62, 14)}.${secret}`, core: [secret] }
    },
  ],
  ['figma token', 'FIGMA_TOKEN', 'Figma token', simple('figd_', base64url, 40)],
  [
    'asana token',
    'ASANA_ACCESS_TOKEN',
    'Asana token',
    (d) => {
      const secret = d.chars(hex, 32)
      return { value: `2/${d.chars('123456789', 16)}/${d.chars('123456789', 16)}:${secret}`, core: [secret] }
    },
  ],
  ['dropbox token', 'DROPBOX_TOKEN', 'Dropbox token', simple('sl.B', base64url, 135)],
  [
    'ngrok token',
    'NGROK_AUTHTOKEN',
    'ngrok authtoken',
    (d) => whole('2', `${d.chars(base62, 26)}_${d.chars(base62, 21)}`),
  ],
  [
    'sourcegraph token',
    'SRC_ACCESS_TOKEN',
    'Sourcegraph token',
    (d) => whole('sgp_', `${d.chars(hex, 16)}_${d.chars(hex, 40)}`),
  ],
  ['facebook token', 'FB_ACCESS_TOKEN', 'Facebook token', simple('EAAC', base62, 160)],
]

const keys: readonly Row[] = [
  ['json web token', 'ACCESS_TOKEN', 'JWT', jwt],
  [
    'age secret key',
    'SOPS_AGE_KEY',
    'age key',
    (d) => whole('AGE-SECRET-KEY-1', bech32Data('age-secret-key-', d.bytes(32)).toUpperCase()),
  ],
  [
    'bitcoin private key',
    'WALLET_WIF',
    'wallet key',
    (d) => whole('', base58Check(Buffer.concat([Buffer.from([0x80]), d.bytes(32), Buffer.from([1])]))),
  ],
]

const toKind = ([kind, env, label, make]: Row): TokenKind => ({ kind, env, label, make })

export const vendorTokens: readonly TokenKind[] = [...hosts, ...clouds, ...models, ...services, ...keys].map(
  toKind,
)

const bare: readonly Row[] = [
  ['aws secret key', 'AWS_SECRET_ACCESS_KEY', 'AWS secret', simple('', `${base62}+/`, 40)],
  ['ethereum private key', 'DEPLOYER_PRIVATE_KEY', 'deployer private key', simple('0x', hex, 64)],
  ['datadog api key', 'DD_API_KEY', 'Datadog API key', simple('', hex, 32)],
  ['datadog app key', 'DATADOG_APP_KEY', 'Datadog app key', simple('', hex, 40)],
  ['twilio auth token', 'TWILIO_AUTH_TOKEN', 'Twilio auth token', simple('', hex, 32)],
  ['algolia admin key', 'ALGOLIA_ADMIN_KEY', 'Algolia admin key', simple('', hex, 32)],
  ['cloudflare global key', 'CLOUDFLARE_API_KEY', 'Cloudflare API key', simple('', hex, 37)],
  ['vercel token', 'VERCEL_TOKEN', 'Vercel token', simple('', base62, 24)],
  ['netlify token', 'NETLIFY_AUTH_TOKEN', 'Netlify token', simple('', base64url, 43)],
  ['mistral key', 'MISTRAL_API_KEY', 'Mistral key', simple('', base62, 32)],
  ['cohere key', 'CO_API_KEY', 'Cohere key', simple('', base62, 40)],
  ['hetzner token', 'HCLOUD_TOKEN', 'Hetzner token', simple('', base62, 64)],
  ['linode token', 'LINODE_TOKEN', 'Linode token', simple('', hex, 64)],
  ['scaleway secret key', 'SCW_SECRET_KEY', 'Scaleway secret key', (d) => whole('', uuid(d))],
  ['snyk token', 'SNYK_TOKEN', 'Snyk token', (d) => whole('', uuid(d))],
  ['codecov token', 'CODECOV_TOKEN', 'Codecov token', (d) => whole('', uuid(d))],
  ['azure storage key', 'AZURE_STORAGE_KEY', 'storage account key', (d) => whole('', b64(d, 64))],
  ['jwt signing secret', 'JWT_SECRET', 'JWT secret', (d) => whole('', b64(d, 48))],
  ['session secret', 'SESSION_SECRET', 'session secret', simple('', hex, 64)],
  ['encryption key', 'ENCRYPTION_KEY', 'encryption key', (d) => whole('', b64(d, 32))],
  ['okta token', 'OKTA_API_TOKEN', 'Okta token', simple('00', base64url, 40)],
  ['oauth client secret', 'OAUTH_CLIENT_SECRET', 'client secret', simple('', base62, 40)],
  ['auth0 client secret', 'AUTH0_CLIENT_SECRET', 'Auth0 client secret', simple('', base64url, 64)],
  ['totp seed', 'TOTP_SECRET', 'TOTP secret', simple('', base32, 32)],
]

/** Keys that only their name gives away: nothing in the value says what it is. */
export const bareKeys: readonly TokenKind[] = bare.map(toKind)
