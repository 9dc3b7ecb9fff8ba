// Clean turns that look like credentials because they are made of random-looking characters: digests, ids,
// checksums of lock files, public keys, encoded pictures, minified code. Nothing in them opens anything.
import { base58Check, bech32Data } from './checksums.ts'
import { base32, base62, base64url, type Dice, digits, hex, lower, upper, uuid } from './dice.ts'

export interface CleanFamily {
  family: string
  write: readonly ((d: Dice) => string)[]
}

const sha = (d: Dice) => d.chars(hex, 40)
const sha256 = (d: Dice) => d.chars(hex, 64)
const b64 = (d: Dice, bytes: number) => d.bytes(bytes).toString('base64')
const name = (d: Dice) =>
  d.pick(['lodash', 'react-dom', 'zod', 'undici', 'vite', 'esbuild', 'picocolors', 'semver', 'ws'])
const version = (d: Dice) => `${d.below(20)}.${d.below(30)}.${d.below(20)}`
const subject = (d: Dice) =>
  d.pick([
    'Fix token refresh',
    'Rotate keys in docs',
    'Add password reset form',
    'Bump deps',
    'Handle secret names',
  ])
const lines = (d: Dice, count: number, line: (d: Dice) => string) =>
  Array.from({ length: count }, () => line(d)).join('\n')
const wrapped = (text: string) => text.replace(/.{64}/g, '$&\n').trim()
const month = (d: Dice) => `2025-0${1 + d.below(9)}-${10 + d.below(18)}`

export const digests: readonly CleanFamily[] = [
  {
    family: 'git output',
    write: [
      (d) => lines(d, 6, () => `${d.chars(hex, 7)} ${subject(d)}`),
      (d) => `commit ${sha(d)}\nAuthor: Ana <ana@example.com>\nDate:   ${month(d)}\n\n    ${subject(d)}`,
      (d) => `diff --git a/src/auth.ts b/src/auth.ts\nindex ${d.chars(hex, 10)}..${d.chars(hex, 10)} 100644`,
      (d) => `${sha(d)} refs/heads/main\n${sha(d)} refs/tags/v${version(d)}`,
      (d) => `^${d.chars(hex, 8)} (Jo Kim ${month(d)} 12:01:22 +0200 14) const token = next()`,
      (d) => `HEAD is now at ${d.chars(hex, 9)} ${subject(d)}\nPreviously ${sha(d)}`,
      (d) => `https://github.com/acme/app/blob/${sha(d)}/src/token.ts#L${d.below(300)}`,
      (d) => `git cherry-pick ${sha(d)} && git push origin HEAD:refs/for/main`,
      (d) => ` ${sha(d)} vendor/secrets-lib (v${version(d)}-4-g${d.chars(hex, 7)})`,
    ],
  },
  {
    family: 'uuids',
    write: [
      (d) => `requestId=${uuid(d)} user=${uuid(d)} status=200`,
      (d) => `{"id":"${uuid(d)}","parent":"${uuid(d)}","type":"session.started"}`,
      (d) => `SELECT * FROM orders WHERE id = '${uuid(d)}' AND tenant_id = '${uuid(d)}';`,
      (d) => `/dev/disk/by-uuid/${uuid(d)} ext4 defaults 0 1`,
      (d) => `tenant ${uuid(d)}, subscription ${uuid(d)}, both in West Europe`,
      (d) => `clientId: "${uuid(d)}"\ntenantId: "${uuid(d)}"`,
    ],
  },
  {
    family: 'lock files',
    write: [
      (d) =>
        `    "node_modules/${name(d)}": {\n      "version": "${version(d)}",\n      "integrity": "sha512-${b64(d, 64)}",\n      "license": "MIT"\n    }`,
      (d) => `${name(d)}@^${version(d)}:\n  version "${version(d)}"\n  integrity sha512-${b64(d, 64)}`,
      (d) =>
        `  /${name(d)}@${version(d)}:\n    resolution: {integrity: sha512-${b64(d, 64)}}\n    engines: {node: '>=18'}`,
      (d) => `[[package]]\nname = "secrecy"\nversion = "${version(d)}"\nchecksum = "${sha256(d)}"`,
      (d) =>
        `golang.org/x/crypto v${version(d)} h1:${b64(d, 32)}\ngolang.org/x/crypto v${version(d)}/go.mod h1:${b64(d, 32)}`,
      (d) =>
        `files = [\n    {file = "pyjwt-${version(d)}-py3-none-any.whl", hash = "sha256:${sha256(d)}"},\n]`,
      (d) => `requests==${version(d)} \\\n    --hash=sha256:${sha256(d)} \\\n    --hash=sha256:${sha256(d)}`,
      (d) => `CHECKSUMS\n  jwt (${version(d)}) sha256=${sha256(d)}`,
      (d) =>
        `provider "registry.terraform.io/hashicorp/vault" {\n  hashes = [\n    "h1:${b64(d, 32)}",\n    "zh:${sha256(d)}",\n  ]\n}`,
      (d) => `"locked": {\n  "narHash": "sha256-${b64(d, 32)}",\n  "rev": "${sha(d)}"\n}`,
      (d) => `http_archive(\n    name = "rules_go",\n    sha256 = "${sha256(d)}",\n)`,
    ],
  },
  {
    family: 'file checksums',
    write: [
      (d) => lines(d, 3, () => `${sha256(d)}  app-v${version(d)}-linux-${d.pick(['amd64', 'arm64'])}.tar.gz`),
      (d) => `$ md5sum dump.sql\n${d.chars(hex, 32)}  dump.sql`,
      (d) =>
        `<script src="https://cdn.example.com/a.js" integrity="sha384-${b64(d, 48)}" crossorigin="anonymous"></script>`,
      (d) => `FROM node:22-slim@sha256:${sha256(d)}`,
      (d) => `uses: actions/checkout@${sha(d)} # v${version(d)}`,
      (d) => `latest: digest: sha256:${sha256(d)} size: ${d.below(9999)}`,
      (d) =>
        `ETag: "${d.chars(hex, 32)}"\nContent-MD5: ${b64(d, 16)}\nx-amz-request-id: ${d.chars(upper + digits, 16)}`,
      (d) => `bottle do\n    sha256 cellar: :any, arm64_sequoia: "${sha256(d)}"`,
      (d) => `expect(sha256('abc')).toBe('${sha256(d)}')`,
      (d) => `{"hash":"${d.chars(hex, 16)}","key":"${d.chars(hex, 16)}","cacheHit":true}`,
      (d) => `cache key: node-modules-linux-${sha256(d)}`,
      (d) => `X-Hub-Signature-256: sha256=${sha256(d)}`,
    ],
  },
  {
    family: 'tracing ids',
    write: [
      (d) => `traceparent: 00-${d.chars(hex, 32)}-${d.chars(hex, 16)}-01`,
      (d) => `trace_id=${d.chars(hex, 32)} span_id=${d.chars(hex, 16)} msg="token cache miss"`,
      (d) => `cf-ray: ${d.chars(hex, 16)}-FRA\nx-request-id: req_${d.chars(base62, 24)}`,
      (d) => `{"error":{"type":"rate_limit_error"},"request_id":"req_${d.chars(base62, 24)}"}`,
      (d) => `event 01J${d.chars('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)} delivered in ${d.below(900)} ms`,
      (d) => `_id: ObjectId('${d.chars(hex, 24)}'), tokens: ${d.below(9000)}`,
      (d) => `tool_use id toolu_01${d.chars(base62, 22)} finished`,
    ],
  },
  {
    family: 'cloud resource ids',
    write: [
      (d) => `arn:aws:kms:eu-west-1:${d.chars(digits, 12)}:key/${uuid(d)}`,
      (d) => `arn:aws:secretsmanager:eu-west-1:${d.chars(digits, 12)}:secret:prod/db-${d.chars(base62, 6)}`,
      (d) => `i-0${d.chars(hex, 16)}  ami-0${d.chars(hex, 16)}  subnet-0${d.chars(hex, 16)}  running`,
      (d) =>
        `pod/api-${d.chars('bcdfghjklmnpqrstvwxz2456789', 10)}-${d.chars('bcdfghjklmnpqrstvwxz2456789', 5)} 1/1 Running`,
      (d) => `${d.chars(hex, 12)}   postgres:16   "docker-entrypoint.s…"   2 hours ago   Up 2 hours`,
      (d) =>
        `customer cus_${d.chars(base62, 14)} has price price_1${d.chars(base62, 23)} and invoice in_1${d.chars(base62, 23)}`,
      (d) => `/nix/store/${d.chars('0123456789abcdfghijklmnpqrsvwxyz', 32)}-openssl-${version(d)}/lib`,
      (d) => `projects/acme-prod/locations/eu/keyRings/app/cryptoKeys/db/cryptoKeyVersions/${d.below(9)}`,
      (d) =>
        `channel C0${d.chars(upper + digits, 9)} user U0${d.chars(upper + digits, 9)} team T0${d.chars(upper + digits, 9)}`,
      (d) => `dpl_${d.chars(base62, 24)} READY app-${d.chars(lower + digits, 9)}-acme.vercel.app`,
      (d) => `https://docs.google.com/document/d/1${d.chars(base64url, 43)}/edit`,
      (d) =>
        `https://www.figma.com/design/${d.chars(base62, 22)}/Login?node-id=${d.below(99)}-${d.below(999)}`,
    ],
  },
  {
    family: 'public keys',
    write: [
      (d) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${d.chars(base62, 43)} ana@laptop`,
      (d) => `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC${b64(d, 360)} deploy@ci`,
      (d) => `github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${d.chars(base62, 43)}`,
      (d) =>
        `-----BEGIN PUBLIC KEY-----\n${wrapped(`MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A${b64(d, 270)}`)}\n-----END PUBLIC KEY-----`,
      (d) =>
        `-----BEGIN CERTIFICATE-----\n${wrapped(`MIIDdzCCAl+gAwIBAgIE${b64(d, 600)}`)}\n-----END CERTIFICATE-----`,
      (d) =>
        `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${wrapped(`mQINBF${b64(d, 500)}`)}\n-----END PGP PUBLIC KEY BLOCK-----`,
      (d) =>
        `-----BEGIN CERTIFICATE REQUEST-----\n${wrapped(`MIICijCCAXICAQAw${b64(d, 400)}`)}\n-----END CERTIFICATE REQUEST-----`,
      (d) => `256 SHA256:${d.bytes(32).toString('base64').replace('=', '')} ana@laptop (ED25519)`,
      (d) =>
        `{"keys":[{"kty":"RSA","use":"sig","kid":"${d.chars(hex, 40)}","n":"${d.bytes(256).toString('base64url')}","e":"AQAB"}]}`,
      (d) => `[Peer]\nPublicKey = ${b64(d, 32)}\nEndpoint = vpn.example.com:51820`,
      (d) => `age: age1${bech32Data('age', d.bytes(32))}`,
      (d) => `selector._domainkey TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A${b64(d, 200)}"`,
      (d) => `sha256 Fingerprint=${lines(d, 32, () => d.chars('0123456789ABCDEF', 2)).replaceAll('\n', ':')}`,
      (d) => `gpg: key ${d.chars('0123456789ABCDEF', 16)}: public key "Ana" imported`,
    ],
  },
  {
    family: 'chain addresses',
    write: [
      (d) => `contract 0x${d.chars(hex, 40)} deployed in tx 0x${sha256(d)}`,
      (d) => `const USDC = '0x${d.chars(hex, 40)}' // mainnet`,
      (d) => `address: ${base58Check(Buffer.concat([Buffer.from([0]), d.bytes(20)]))}`,
      (d) => `ipfs://bafybei${d.chars(base32.toLowerCase(), 52)}/metadata.json`,
      (d) => `blockHash: "0x${sha256(d)}", blockNumber: ${d.below(1e8)}`,
    ],
  },
  {
    family: 'encoded pictures and fonts',
    write: [
      (d) => `<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${b64(d, 300)}" alt="logo">`,
      (d) =>
        `background: url(data:image/svg+xml;base64,${Buffer.from(`<svg><path d="M${d.below(99)} 1"/></svg>`).toString('base64')});`,
      (d) => `src: url("data:font/woff2;base64,d09GMgABAAAAA${b64(d, 240)}") format("woff2");`,
      (d) =>
        `//# sourceMappingURL=data:application/json;base64,${Buffer.from(`{"version":3,"sources":["a${d.below(999)}.ts"]}`).toString('base64')}`,
      (d) => `Content-Transfer-Encoding: base64\n\n${wrapped(b64(d, 180))}`,
      (d) => `"image": "/9j/4AAQSkZJRgABAQAAAQABAAD${b64(d, 300)}"`,
      (d) =>
        `<path d="M${d.below(99)}.${d.below(99)} ${d.below(99)}l${d.below(9)}-${d.below(9)}.5c${d.below(9)} 0 2-1.${d.below(99)} 2-2.3z" fill="#${d.chars(hex, 6)}"/>`,
      (d) => `"nextPageToken": "CAUQ${d.chars(base64url, 20)}", "items": []`,
      (d) => `?cursor=${Buffer.from(`{"id":${d.below(1e6)},"dir":"next"}`).toString('base64url')}&limit=50`,
    ],
  },
  {
    family: 'minified and built code',
    write: [
      (d) =>
        `!function(e,t){var n=e.${d.chars(lower, 2)},r=t[${d.below(99)}];n.a=function(e){return e&&e.__esModule?e:{default:e}}}(this,{});`,
      (d) =>
        `dist/assets/index-${d.chars(base64url, 8)}.js   ${d.below(400)}.${d.below(99)} kB │ gzip: ${d.below(99)}.1 kB`,
      (d) =>
        `.sc-${d.chars(lower, 6)}-0{color:#${d.chars(hex, 6)};margin:0 ${d.below(20)}px}.css-${d.chars(lower + digits, 7)}{display:flex}`,
      (d) => `{${d.below(999)}:"${d.chars(hex, 20)}",${d.below(999)}:"${d.chars(hex, 20)}"}[e]+".chunk.js"`,
      (d) => `:root {\n  --key-color: #${d.chars(hex, 6)};\n  --token-border: #${d.chars(hex, 8)};\n}`,
      (d) => `00000010: ${lines(d, 8, () => d.chars(hex, 4)).replaceAll('\n', ' ')}  ..A.....%s.=....`,
      (d) => `embedding: [${lines(d, 8, () => `-0.0${d.chars(digits, 6)}`).replaceAll('\n', ', ')}]`,
      (d) => `const LUT = [${lines(d, 8, () => `0x${d.chars(hex, 8)}`).replaceAll('\n', ', ')}];`,
      (d) =>
        `"mappings": "AAAA;${d.chars(upper, 4)},SAAS,${d.chars(upper, 4)};EAC${d.chars(upper, 1)},OAAO;${d.chars(upper, 12)}"`,
    ],
  },
  {
    family: 'long numbers and addresses',
    write: [
      (d) => `link/ether ${lines(d, 6, () => d.chars(hex, 2)).replaceAll('\n', ':')} brd ff:ff:ff:ff:ff:ff`,
      (d) => `inet6 2001:db8:${d.chars(hex, 4)}:${d.chars(hex, 4)}::1/64 scope global`,
      (d) => `offset ${d.chars(digits, 18)}, checkpoint ${d.chars(digits, 19)}`,
      (d) => `PID ${d.below(99999)} heap 0x${d.chars(hex, 12)} at 0x00007f${d.chars(hex, 10)}`,
      (d) => `snowflake ${d.chars('123456789', 18)} was created ${month(d)}`,
    ],
  },
]
