// Secrets that are known by their own shape: a prefix or an alphabet that their issuer gave them. Formats from the
// issuers' documentation and from the rule sets of gitleaks and secretlint (both MIT), rewritten with bounds.
import { entropyOf, isSpecimen, type Rule } from './rule.ts'

type Shape = readonly [kind: string, needles: readonly string[], pattern: RegExp]

const shapes: readonly Shape[] = [
  [
    'private key',
    ['-----BEGIN '],
    // Whole, or cut off by the end of a log: then for as long as lines of base64 follow. JSON writes line breaks as \n;
    // tools put a number, a plus or an arrow in front of each line.
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:[^-]|-(?!----)){0,20000}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|(?:(?:\s|\\{1,4}[nr]){1,4}[A-Z][A-Za-z-]{2,20}: [^\r\n\\]{1,100}){0,4}(?:(?:\s|\\{1,4}[nr]){0,4}(?:[ \t]{0,8}[0-9]{1,6}[\t→:|]{1,2}[ \t]{0,4}|[+>|][ \t]{0,4})?[A-Za-z0-9+/=]{16,100}){1,400}(?:(?:\s|\\{1,4}[nr]){1,4}[A-Za-z0-9+/]{1,70}={1,2})?)/dy,
  ],
  [
    'private key',
    ['Private-Lines:'],
    /Private-Lines: [0-9]{1,3}\r?\n(?<secret>(?:[A-Za-z0-9+/=]{1,80}\r?\n?){1,200})/dy,
  ],
  ['age key', ['AGE-SECRET-KEY-'], /\bAGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{50,120}/dy],
  ['aws key id', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/dy],
  ['google key', ['AIza'], /\bAIza[\w-]{35}(?![\w-])/dy],
  ['google oauth secret', ['GOCSPX-'], /\bGOCSPX-[\w-]{24,40}/dy],
  ['google oauth token', ['ya29.', '1//0'], /\bya29\.[\w-]{20,2000}|(?<![\w/])1\/\/0[\w-]{30,200}/dy],
  ['github token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /\bgh[pousr]_[A-Za-z0-9_]{36,255}/dy],
  ['github token', ['github_pat_'], /\bgithub_pat_\w{50,255}/dy],
  [
    'gitlab token',
    [
      'glpat-',
      'gldt-',
      'glptt-',
      'glrt-',
      'glrtr-',
      'glcbt-',
      'glft-',
      'glimt-',
      'glagent-',
      'gloas-',
      'glsoat-',
      'glffct-',
      'glwt-',
    ],
    /\bgl(?:pat|dt|ptt|rt|rtr|cbt|ft|imt|agent|oas|soat|ffct|wt)-[\w=.-]{20,300}/dy,
  ],
  ['gitlab token', ['GR1348941'], /\bGR1348941[\w-]{20}/dy],
  [
    'slack token',
    ['xox', 'xapp-'],
    /\bxox[abceopsr](?:\.xox[bp])?-[\w-]{10,400}|\bxapp-[0-9]-[\w-]{20,400}/dy,
  ],
  [
    'slack webhook',
    ['hooks.slack.com/'],
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[\w/+-]{20,200})/dy,
  ],
  [
    'stripe key',
    ['sk_live_', 'sk_test_', 'sk_prod_', 'rk_live_', 'rk_test_', 'rk_prod_'],
    /\b[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,250}/dy,
  ],
  ['webhook secret', ['whsec_'], /\bwhsec_[A-Za-z0-9+/=]{24,100}/dy],
  ['anthropic key', ['sk-ant-'], /\bsk-ant-[a-z]{2,10}[0-9]{2}-[\w-]{20,200}/dy],
  ['openrouter key', ['sk-or-'], /\bsk-or-v[0-9]-[0-9a-f]{32,128}/dy],
  [
    'openai key',
    ['sk-'],
    /\bsk-(?:(?:proj|svcacct|admin|None)-[\w-]{20,300}|[\w-]{16,160}T3BlbkFJ[\w-]{16,160}|[A-Za-z0-9]{32,64}\b)/dy,
  ],
  ['groq key', ['gsk_'], /\bgsk_[A-Za-z0-9]{40,64}/dy],
  ['xai key', ['xai-'], /\bxai-[A-Za-z0-9]{60,100}/dy],
  ['perplexity key', ['pplx-'], /\bpplx-[A-Za-z0-9]{40,64}/dy],
  ['replicate token', ['r8_'], /\br8_[A-Za-z0-9]{37}\b/dy],
  ['huggingface token', ['hf_', 'api_org_'], /\b(?:hf|api_org)_[A-Za-z0-9]{30,44}\b/dy],
  ['npm token', ['npm_'], /\bnpm_[A-Za-z0-9_]{36}\b/dy],
  ['pypi token', ['pypi-AgE'], /\bpypi-AgE[\w-]{40,400}/dy],
  ['rubygems key', ['rubygems_'], /\brubygems_[0-9a-f]{48}\b/dy],
  ['crates token', ['cio'], /\bcio[A-Za-z0-9]{32}\b/dy],
  ['docker token', ['dckr_'], /\bdckr_[po]at_[\w-]{24,64}/dy],
  ['digitalocean token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], /\bdo[opr]_v1_[0-9a-f]{64}\b/dy],
  ['heroku key', ['HRKU-'], /\bHRKU-[\w-]{32,120}/dy],
  ['sendgrid key', ['SG.'], /\bSG\.[\w-]{16,32}\.[\w-]{32,64}/dy],
  ['mailgun key', ['key-'], /\bkey-[0-9a-f]{32}\b/dy],
  ['mailchimp key', ['-us'], /\b[0-9a-f]{32}-us[0-9]{1,2}\b/dg],
  ['twilio key', ['SK'], /\bSK[0-9a-f]{32}\b/dy],
  ['telegram bot token', [':AA'], /\b[0-9]{8,10}:AA[\w-]{32,34}(?![\w-])/dg],
  // A user's number in base64, when it was made, and a checksum.
  ['discord token', [], /\b[MNO][DTjz][\w-]{21,26}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/dg],
  [
    'discord webhook',
    ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    /discord(?:app)?\.com\/api\/webhooks\/(?<secret>[0-9]{16,20}\/[\w-]{40,100})/dy,
  ],
  ['shopify token', ['shp'], /\bshp(?:at|ca|pa|ss)_[0-9a-zA-Z]{32,64}\b/dy],
  ['square token', ['sq0', 'EAAA'], /\bsq0(?:atp|csp|idp)-[\w-]{22,64}|\bEAAA[\w-]{56,64}(?![\w-])/dy],
  ['dropbox token', ['sl.'], /\bsl\.(?:u\.)?[\w-]{100,2000}/dy],
  ['vault token', ['hvs.', 'hvb.', 'hvr.'], /\bhv[sbr]\.[\w-]{20,300}/dy],
  ['terraform token', ['.atlasv1.'], /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,100}/dg],
  ['databricks token', ['dapi'], /\bdapi[0-9a-fA-F]{32}(?:-[0-9])?\b/dy],
  ['linear key', ['lin_'], /\blin_(?:api|oauth)_[A-Za-z0-9_]{32,128}/dy],
  ['notion token', ['ntn_', 'secret_'], /\bntn_[A-Za-z0-9]{40,60}|\bsecret_[A-Za-z0-9]{43}\b/dy],
  ['supabase key', ['sbp_', 'sb_secret_'], /\bsbp_[0-9a-f]{40}\b|\bsb_secret_[\w-]{20,64}/dy],
  ['planetscale token', ['pscale_'], /\bpscale_(?:tkn|pw|oauth)_[\w.-]{30,80}/dy],
  [
    'grafana token',
    ['glsa_', 'glc_'],
    /\bglsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}\b|\bglc_[A-Za-z0-9+/=]{32,400}/dy,
  ],
  ['new relic key', ['NRAK-', 'NRJS-'], /\bNR(?:AK|JS)-[A-Za-z0-9]{19,32}/dy],
  ['sentry token', ['sntry'], /\bsntry[su]_[\w+/=.-]{40,400}/dy],
  [
    'doppler token',
    ['dp.'],
    /\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}\b/dy,
  ],
  ['fly token', ['fm1_', 'fm1a_', 'fm1r_', 'fm2_'], /\bfm[12][ar]?_[\w+/=,-]{60,4000}/dy],
  [
    'atlassian token',
    ['ATATT3', 'ATBB', 'ATCTT3'],
    /\bAT(?:ATT3|CTT3)[\w=-]{80,400}|\bATBB[A-Za-z0-9]{32}\b/dy,
  ],
  ['postman key', ['PMAK-'], /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/dy],
  ['tailscale key', ['tskey-'], /\btskey-[a-z]{3,8}-[\w-]{16,80}/dy],
  ['figma token', ['figd_'], /\bfigd_[\w-]{36,64}/dy],
  ['airtable token', ['pat'], /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b/dy],
  ['netlify token', ['nfp_'], /\bnfp_[A-Za-z0-9]{36,44}\b/dy],
  ['vercel token', ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'], /\bvc[piark]_[A-Za-z0-9]{20,60}\b/dy],
  ['1password token', ['ops_ey'], /\bops_ey[\w+/=-]{100,4000}/dy],
  ['azure client secret', ['Q~'], /(?<![\w.~-])[\w.~-]{3}[0-9]Q~[\w.~-]{30,33}[\w~-](?![\w~-])/dg],
  ['nuget key', ['oy2'], /\boy2[a-z0-9]{43}\b/dy],
  ['artifactory key', ['AKCp'], /\bAKCp[A-Za-z0-9]{69}\b/dy],
  ['circleci token', ['CCIPAT_'], /\bCCIPAT_[A-Za-z0-9]{22}_[0-9a-f]{40}\b/dy],
  ['sonar token', ['squ_', 'sqp_', 'sqa_'], /\bsq[upa]_[0-9a-f]{40}\b/dy],
  ['bedrock key', ['ABSK'], /\bABSK[A-Za-z0-9+/]{80,160}={0,2}/dy],
  ['azure key', ['JQQJ99'], /\b[A-Za-z0-9]{52}JQQJ99[A-Z][A-Za-z0-9]{25}/dg],
  ['alibaba key id', ['LTAI'], /\bLTAI[A-Za-z0-9]{12,26}\b/dy],
  ['neon key', ['napi_'], /\bnapi_[a-z0-9]{64}\b/dy],
  ['openshift token', ['sha256~'], /\bsha256~[\w-]{43}(?![\w-])/dy],
  ['langsmith key', ['lsv2_'], /\blsv2_[ps][tk]_[0-9a-f]{32}_[0-9a-f]{10}\b/dy],
  ['tavily key', ['tvly-'], /\btvly-(?:dev-|prod-)?[A-Za-z0-9]{24,48}\b/dy],
  ['elevenlabs key', ['sk_'], /\bsk_[0-9a-f]{48}\b/dy],
  ['langfuse key', ['sk-lf-'], /\bsk-lf-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/dy],
  [
    'braintree token',
    ['access_token$'],
    /\baccess_token\$(?:production|sandbox)\$[a-z0-9]{16}\$(?<secret>[0-9a-f]{32})\b/dy,
  ],
  [
    'plaid token',
    ['access-production-', 'access-sandbox-', 'access-development-'],
    /\baccess-(?:production|sandbox|development)-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/dy,
  ],
  ['dynatrace token', ['dt0'], /\bdt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.(?<secret>[A-Z0-9]{64})\b/dy],
  ['asana token', ['2/'], /\b2\/[0-9]{13,20}\/[0-9]{13,20}:(?<secret>[0-9a-f]{32})\b/dy],
  ['ngrok token', [], /\b[12][A-Za-z0-9]{26}_[A-Za-z0-9]{20,22}\b/dg],
  ['sourcegraph token', ['sgp_'], /\bsgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}\b/dy],
  ['facebook token', ['EAA'], /\bEAA[A-Z][A-Za-z0-9]{90,400}\b/dy],
  ['cloudflare token', ['cfk_', 'cfut_', 'cfat_'], /\bcf(?:k|ut|at)_[A-Za-z0-9]{40,64}\b/dy],
  ['cloudflare token', ['v1.0-'], /\bv1\.0-[0-9a-f]{24}-[0-9a-f]{146}\b/dy],
  ['clojars token', ['CLOJARS_'], /\bCLOJARS_[a-z0-9]{60}\b/dy],
  ['pulumi token', ['pul-'], /\bpul-[0-9a-f]{40}\b/dy],
  ['buildkite token', ['bkua_'], /\bbkua_[0-9a-f]{40}\b/dy],
  ['brevo key', ['xkeysib-', 'xsmtpsib-'], /\bx(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}\b/dy],
  ['resend key', ['re_'], /\bre_[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,32}\b/dy],
  [
    'teams webhook',
    ['webhook.office.com/'],
    /webhook\.office\.com\/webhookb2\/[0-9a-f@-]{60,90}\/IncomingWebhook\/(?<secret>[0-9a-f]{32})/dy,
  ],
  ['artifactory key', ['cmVmd'], /\bcmVmd[A-Za-z0-9]{59}\b/dy],
  ['prefect key', ['pnu_'], /\bpnu_[A-Za-z0-9]{36}\b/dy],
  ['readme key', ['rdme_'], /\brdme_[a-z0-9]{70}\b/dy],
  ['shippo token', ['shippo_'], /\bshippo_(?:live|test)_[0-9a-f]{40}\b/dy],
  ['easypost key', ['EZAK', 'EZTK'], /\bEZ[AT]K[A-Za-z0-9]{54}\b/dy],
  ['duffel token', ['duffel_'], /\bduffel_(?:live|test)_[\w-]{43}(?![\w-])/dy],
  ['contentful token', ['CFPAT-'], /\bCFPAT-[\w-]{43}(?![\w-])/dy],
  ['infracost key', ['ico-'], /\bico-[A-Za-z0-9]{32}\b/dy],
  [
    '1password key',
    ['A3-'],
    /\bA3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\b/dy,
  ],
  // Base58 of a key and its checksum: 52 characters for a compressed one, 51 for one that is not.
  ['wallet key', [], /\b(?:[KL][1-9A-HJ-NP-Za-km-z]{51}|5[1-9A-HJ-NP-Za-km-z]{50})\b/dg],
  ['jwt', ['eyJ'], /\beyJ[\w-]{10,4000}\.(?:eyJ)?[\w-]{10,20000}\.[\w-]{10,2000}(?:\.[\w-]{10,2000}){0,2}/dy],
]

/** A letter or two and a full stop are not much of a shape: these must also be as random as what they claim to be. */
const bitsMinOf: Readonly<Record<string, number>> = {
  'discord token': 4,
  'dropbox token': 4,
  'twilio key': 3,
  'crates token': 4,
  'ngrok token': 4.2,
  'wallet key': 4.5,
  'facebook token': 4.5,
  'bedrock key': 4.5,
  'azure key': 4.5,
  'nuget key': 3.8,
  'resend key': 3.8,
  'infracost key': 4,
}

/** A key's bytes between the lines of a block, however the lines are broken; no sentence about a key. */
function hasKeyBytes(block: string): boolean {
  const body = block.replaceAll(/-----[A-Z0-9 ]{1,60}-----/g, ' ')
  if (/[A-Za-z0-9+/=]{16}/.test(body)) return true
  const joined = body.replaceAll(/\\{1,4}[nr]|[\s\\]/g, '')
  return /[0-9]/.test(joined) && /[A-Za-z0-9+/=]{40}/.test(joined)
}

/** What has a shape must be filled, too: no row of x, and a key block must hold something of a key. */
function isFilled(kind: string): (value: string) => boolean {
  const bitsMin = bitsMinOf[kind] ?? 0
  if (kind === 'private key') return hasKeyBytes
  return (value) => !isSpecimen(value) && (bitsMin === 0 || entropyOf(value) >= bitsMin)
}

/** What issuers put before a token of theirs: a short name in one case, then perhaps `live` or `v2`. No path, no link. */
const issuer =
  /(?:^|[^\w./-])(?!(?:sha|md|pk|cs|id|ref|index|chunk|file|img)[0-9]{0,3}[_-])(?:[a-z]{3,10}|[A-Z]{3,10})[0-9]{0,2}(?:[_-][a-z0-9]{1,8}){0,2}[_-]$/

/** A place in a list is in base64, and may look as if it had a joint. */
const placeInList =
  /(?:cursor|page|after|before|continuation|state|nonce|etag)["']?\s?[=:]["'\s]{0,3}[\w-]{0,16}$/i

/**
 * Tokens of issuers that are not in the table: most have come to the form of a short name, a joint, and letters of both
 * cases with digits. Digests and ids in hex have that form too, and stay.
 */
const prefixed: Rule = {
  kind: 'token',
  needles: [],
  pattern: /[_-](?<secret>[A-Za-z0-9]{32,250})(?![\w-])/dg,
  isSecret: (value, before) =>
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value) &&
    /[0-9]/.test(value) &&
    !isSpecimen(value) &&
    entropyOf(value) >= 4.2 &&
    issuer.test(before) &&
    !placeInList.test(before),
}

/** The shapes that may go on for long, and hold their own beginning while they do. */
const dense: Readonly<Record<string, Pick<Rule, 'narrow' | 'stem'>>> = {
  'fly token': { narrow: /(\bfm[12][ar]?_[\w+/=,-]{60})/y },
  '1password token': { narrow: /(\bops_ey[\w+/=-]{100})/y },
  jwt: { stem: { begin: /\beyJ/y, chars: /[\w-]*/y, charsMax: 4_003 } },
}

export const tokenRules: readonly Rule[] = [
  ...shapes.map(([kind, needles, pattern]) => ({
    kind,
    needles,
    pattern,
    isSecret: isFilled(kind),
    ...dense[kind],
  })),
  prefixed,
]
