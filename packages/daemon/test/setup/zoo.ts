// Invented configuration files of every sort that people write by hand.
export interface Specimen {
  readonly name: string
  readonly text: string
}

export const jsonZoo: readonly Specimen[] = [
  { name: 'empty', text: '' },
  { name: 'blank lines', text: '\n\n' },
  { name: 'empty object', text: '{}' },
  { name: 'empty object, spread', text: '{\n}\n' },
  { name: 'two spaces', text: '{\n  "theme": "dark",\n  "keybinds": { "leader": "ctrl+x" }\n}\n' },
  { name: 'four spaces', text: '{\n    "theme": "dark"\n}\n' },
  { name: 'tabs', text: '{\n\t"theme": "dark"\n}\n' },
  { name: 'no line break at the end', text: '{ "theme": "dark" }' },
  { name: 'Windows line ends', text: '{\r\n  "theme": "dark",\r\n  "plugin": ["a"]\r\n}\r\n' },
  { name: 'byte order mark', text: '\ufeff{\n  "theme": "dark"\n}\n' },
  {
    name: 'comments everywhere',
    text: '// mine\n{\n  /* look */ "theme": "dark", // why not\n  // "plugin": ["old"],\n  "plugin": [\n    "a", // first\n    // "b",\n  ],\n}\n// end\n',
  },
  { name: 'trailing commas', text: '{\n  "plugin": ["a", "b",],\n  "mcp": {"x": {"type": "local"},},\n}\n' },
  { name: 'a list on one line', text: '{"plugin":["a"],"mcp":{}}' },
  { name: 'an empty list', text: '{\n  "plugin": []\n}\n' },
  { name: 'plugins with options', text: '{\n  "plugin": [["a", { "b": [1, 2.50, 1e3] }]]\n}\n' },
  { name: 'odd numbers and escapes', text: '{ "a": 1.0, "b": "\\u00e9\\/", "c": 1E+2, "é": "ü 鷺" }\n' },
  {
    name: 'several on one line, and a comment behind them',
    text: '{\n  "autoupdate": false, "share": "manual", // trailing\n  "plugin": ["a", "b" /* last */], "mcp": {} // none yet\n}\n',
  },
  { name: 'a comma on a line of its own', text: '{\n  "a": 1 // one\n  , // and\n}\n' },
  { name: 'the end on the line of the last', text: '{ "a": 1, // one\n  "b": 2 }\n' },
  {
    name: 'old order',
    text: '{\n  "z": 1,\n  "a": 2,\n  "mcp": { "zebra": { "enabled": false } },\n  "m": 3\n}\n',
  },
]

export const tomlZoo: readonly Specimen[] = [
  { name: 'empty', text: '' },
  { name: 'a comment only', text: '# mine\n' },
  { name: 'plain', text: 'model = "x"\n' },
  { name: 'no line break at the end', text: 'model = "x"' },
  { name: 'Windows line ends', text: '# mine\r\nmodel = "x"\r\n\r\n[a]\r\nb = 1\r\n' },
  {
    name: 'tables, comments, order',
    text: '# top\nz = 1 # why\na = 0x1F\n\n[mcp_servers.other] # mine\ncommand = \'x\'\nargs = [\n  "a", # first\n]\n\n[[list]]\nn = 1_000\n',
  },
  {
    name: 'dotted keys and dates',
    text: 'a.b.c = 1979-05-27T07:32:00Z\n"odd key" = """\nmany\nlines\n"""\n',
  },
]

export const brokenJson: readonly (Specimen & { readonly place: string })[] = [
  { name: 'a missing comma', text: '{\n  "a": 1\n  "b": 2\n}\n', place: ':3:3: comma expected' },
  { name: 'an open brace', text: '{\n  "a": {\n', place: ':3:1: close brace expected' },
  { name: 'single quotes', text: "{ 'a': 1 }", place: ':1:3:' },
  { name: 'a list', text: '[1]', place: 'does not hold one JSON object' },
  { name: 'something else', text: 'theme = dark', place: ':1:1:' },
]
