// Secrets that are known by their own shape: a prefix or an alphabet that their issuer gave them. Formats from the
// issuers' documentation and from the rule sets of gitleaks and secretlint (both MIT), rewritten with bounds.
import { entropyOf, type Rule } from './rule.ts'

type Shape = readonly [kind: string, near: readonly string[], pattern: RegExp]

const shapes: readonly Shape[] = [
  [
    'private key',
    ['PRIVATE KEY'],
    // Whole, or cut off by the end of a log: then for as long as lines of base64 follow. JSON writes line breaks as \\n.
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:[^-]|-(?!----)){0,20000}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|(?:(?:\s|\\{1,4}[nr]){1,4}[A-Z][A-Za-z-]{2,20}: [^\r\n\\]{1,100}){0,4}(?:(?:\s|\\{1,4}[nr]){0,4}[A-Za-z0-9+/=]{16,100}){0,400}(?:(?:\s|\\{1,4}[nr]){1,4}[A-Za-z0-9+/]{1,70}={1,2})?)/dg,
  ],
  [
    'private key',
    ['Private-Lines:'],
    /Private-Lines: [0-9]{1,3}\r?\n(?<secret>(?:[A-Za-z0-9+/=]{1,80}\r?\n?){1,200})/dg,
  ],
  ['age key', ['AGE-SECRET-KEY-'], /\bAGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{50,120}/dg],
  ['aws key id', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/dg],
  ['google key', ['AIza'], /\bAIza[\w-]{35}(?![\w-])/dg],
  ['google oauth secret', ['GOCSPX-'], /\bGOCSPX-[\w-]{24,40}/dg],
  ['google oauth token', ['ya29.', '1//0'], /\bya29\.[\w-]{20,2000}|(?<![\w/])1\/\/0[\w-]{30,200}/dg],
  ['github token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /\bgh[pousr]_[A-Za-z0-9]{36,255}/dg],
  ['github token', ['github_pat_'], /\bgithub_pat_\w{50,255}/dg],
  ['gitlab token', ['gl'], /\bgl(?:pat|dt|ptt|rt|rtr|cbt|ft|imt|agent|oas|soat|ffct|wt)-[\w=.-]{20,300}/dg],
  ['gitlab token', ['GR1348941'], /\bGR1348941[\w-]{20}/dg],
  [
    'slack token',
    ['xox', 'xapp-'],
    /\bxox[abceopsr](?:\.xox[bp])?-[\w-]{10,400}|\bxapp-[0-9]-[\w-]{20,400}/dg,
  ],
  [
    'slack webhook',
    ['hooks.slack.com/'],
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[\w/+-]{20,200})/dg,
  ],
  ['stripe key', ['_live_', '_test_', '_prod_'], /\b[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,250}/dg],
  ['webhook secret', ['whsec_'], /\bwhsec_[A-Za-z0-9+/=]{24,100}/dg],
  ['anthropic key', ['sk-ant-'], /\bsk-ant-[a-z]{2,10}[0-9]{2}-[\w-]{20,200}/dg],
  ['openrouter key', ['sk-or-'], /\bsk-or-v[0-9]-[0-9a-f]{32,128}/dg],
  [
    'openai key',
    ['sk-'],
    /\bsk-(?:(?:proj|svcacct|admin|None)-[\w-]{20,300}|[\w-]{16,160}T3BlbkFJ[\w-]{16,160}|[A-Za-z0-9]{32,64}\b)/dg,
  ],
  ['groq key', ['gsk_'], /\bgsk_[A-Za-z0-9]{40,64}/dg],
  ['xai key', ['xai-'], /\bxai-[A-Za-z0-9]{60,100}/dg],
  ['perplexity key', ['pplx-'], /\bpplx-[A-Za-z0-9]{40,64}/dg],
  ['replicate token', ['r8_'], /\br8_[A-Za-z0-9]{37}\b/dg],
  ['huggingface token', ['hf_', 'api_org_'], /\b(?:hf|api_org)_[A-Za-z0-9]{30,44}\b/dg],
  ['npm token', ['npm_'], /\bnpm_[A-Za-z0-9]{36}\b/dg],
  ['pypi token', ['pypi-AgE'], /\bpypi-AgE[\w-]{40,400}/dg],
  ['rubygems key', ['rubygems_'], /\brubygems_[0-9a-f]{48}\b/dg],
  ['crates token', ['cio'], /\bcio[A-Za-z0-9]{32}\b/dg],
  ['docker token', ['dckr_'], /\bdckr_[po]at_[\w-]{24,64}/dg],
  ['digitalocean token', ['do'], /\bdo[opr]_v1_[0-9a-f]{64}\b/dg],
  ['heroku key', ['HRKU-'], /\bHRKU-[\w-]{32,120}/dg],
  ['sendgrid key', ['SG.'], /\bSG\.[\w-]{16,32}\.[\w-]{32,64}/dg],
  ['mailgun key', ['key-'], /\bkey-[0-9a-f]{32}\b/dg],
  ['mailchimp key', ['-us'], /\b[0-9a-f]{32}-us[0-9]{1,2}\b/dg],
  ['twilio key', ['SK'], /\bSK[0-9a-f]{32}\b/dg],
  ['telegram bot token', [':AA'], /\b[0-9]{8,10}:AA[\w-]{32,34}(?![\w-])/dg],
  ['discord token', ['.'], /\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/dg],
  [
    'discord webhook',
    ['/api/webhooks/'],
    /discord(?:app)?\.com\/api\/webhooks\/(?<secret>[0-9]{16,20}\/[\w-]{40,100})/dg,
  ],
  ['shopify token', ['shp'], /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/dg],
  ['square token', ['sq0', 'EAAA'], /\bsq0(?:atp|csp|idp)-[\w-]{22,64}|\bEAAA[\w-]{56,64}(?![\w-])/dg],
  ['dropbox token', ['sl.'], /\bsl\.(?:u\.)?[\w-]{100,2000}/dg],
  ['vault token', ['hvs.', 'hvb.', 'hvr.'], /\bhv[sbr]\.[\w-]{20,300}/dg],
  ['terraform token', ['.atlasv1.'], /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,100}/dg],
  ['databricks token', ['dapi'], /\bdapi[0-9a-f]{32}(?:-[0-9])?\b/dg],
  ['linear key', ['lin_'], /\blin_(?:api|oauth)_[A-Za-z0-9]{32,64}/dg],
  ['notion token', ['ntn_', 'secret_'], /\bntn_[A-Za-z0-9]{40,60}|\bsecret_[A-Za-z0-9]{43}\b/dg],
  ['supabase key', ['sbp_', 'sb_secret_'], /\bsbp_[0-9a-f]{40}\b|\bsb_secret_[\w-]{20,64}/dg],
  ['planetscale token', ['pscale_'], /\bpscale_(?:tkn|pw|oauth)_[\w.-]{30,80}/dg],
  ['grafana token', ['glsa_', 'glc_'], /\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b|\bglc_[A-Za-z0-9+/=]{32,400}/dg],
  ['new relic key', ['NRAK-', 'NRJS-'], /\bNR(?:AK|JS)-[A-Za-z0-9]{19,32}/dg],
  ['sentry token', ['sntry'], /\bsntry[su]_[\w+/=.-]{40,400}/dg],
  [
    'doppler token',
    ['dp.'],
    /\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}\b/dg,
  ],
  ['fly token', ['FlyV1 ', 'fm2_'], /\bfm[12][ar]?_[\w+/=,-]{60,4000}/dg],
  [
    'atlassian token',
    ['ATATT3', 'ATBB', 'ATCTT3'],
    /\bAT(?:ATT3|CTT3)[\w=-]{80,400}|\bATBB[A-Za-z0-9]{32}\b/dg,
  ],
  ['postman key', ['PMAK-'], /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/dg],
  ['tailscale key', ['tskey-'], /\btskey-[a-z]{3,8}-[\w-]{16,80}/dg],
  ['figma token', ['figd_'], /\bfigd_[\w-]{36,64}/dg],
  ['airtable token', ['pat'], /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b/dg],
  ['netlify token', ['nfp_'], /\bnfp_[A-Za-z0-9]{36,44}\b/dg],
  ['1password token', ['ops_eyJ'], /\bops_eyJ[\w+/=-]{100,4000}/dg],
  ['azure client secret', ['Q~'], /(?<![\w.~-])[\w.~-]{3}[0-9]Q~[\w.~-]{31,34}(?![\w.~-])/dg],
  ['jwt', ['eyJ'], /\beyJ[\w-]{10,4000}\.(?:eyJ)?[\w-]{10,20000}\.[\w-]{10,2000}(?:\.[\w-]{10,2000}){0,2}/dg],
]

/** A letter or two and a full stop are not much of a shape: these must also be as random as what they claim to be. */
const bitsMinOf: Readonly<Record<string, number>> = {
  'discord token': 4,
  'dropbox token': 4,
  'twilio key': 3,
  'crates token': 4,
}

export const tokenRules: readonly Rule[] = shapes.map(([kind, near, pattern]) => {
  const bitsMin = bitsMinOf[kind]
  return bitsMin === undefined
    ? { kind, near, pattern }
    : { kind, near, pattern, isSecret: (value: string) => entropyOf(value) >= bitsMin }
})
