import { expect, test } from 'vitest'
import { type BannerFacts, banner } from '../../src/lifecycle/banner.ts'

const facts: BannerFacts = {
  version: '0.1.0',
  data_dir: '/home/ada/.iai-mcp',
  data_dir_chosen: false,
  key_source: 'key file /home/ada/.iai-mcp/.key',
  socket: '/home/ada/.iai-mcp/.daemon.sock',
  url: 'http://127.0.0.1:40123',
  auth: 'on',
  sends_text_to: null,
  command: '/home/ada/iai-mcp/packages/daemon/bin/iai-mcp.js',
  plugin: '/home/ada/iai-mcp/packages/opencode',
}

test('says what runs, where, and what to paste', () => {
  expect(banner(facts)).toBe(`iai-mcp 0.1.0 is running.

  data directory  /home/ada/.iai-mcp
  key             key file /home/ada/.iai-mcp/.key
  socket          /home/ada/.iai-mcp/.daemon.sock
  URL             http://127.0.0.1:40123

OpenCode: put this into opencode.json (yours is in ~/.config/opencode):

  {
    "plugin": [
      "/home/ada/iai-mcp/packages/opencode"
    ]
  }

Stop it with Ctrl-C. From any folder: /home/ada/iai-mcp/packages/daemon/bin/iai-mcp.js --help
`)
})

test('says where texts are sent to be embedded', () => {
  expect(banner({ ...facts, sends_text_to: 'models.example' })).toContain(
    'NOTE: every remembered text and every question is sent to models.example (embedding).',
  )
  expect(banner(facts)).not.toContain('sent to')
})

test('a chosen data directory is told to the plugin', () => {
  const text = banner({ ...facts, data_dir: '/srv/memory', data_dir_chosen: true })
  const snippet = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
  expect(snippet).toEqual({ plugin: [[facts.plugin, { dataDir: '/srv/memory' }]] })
})

test('without a TCP surface there is nothing to paste', () => {
  const text = banner({ ...facts, url: null })
  expect(text).toContain('none (start with --http to have one)')
  expect(text).not.toContain('OpenCode')
})

test('an open port is a warning', () => {
  expect(banner({ ...facts, auth: 'off' })).toContain('WARNING: HTTP asks for no token.')
  expect(banner({ ...facts, auth: 'off', url: null })).not.toContain('WARNING')
})
