// Looks into parsed JSON or TOML, whatever it turns out to hold. Pure.

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** undefined when nothing is there. */
export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key]
    else if (isObject(value) && typeof key === 'string' && Object.hasOwn(value, key)) value = value[key]
    else return undefined
  }
  return value
}

/** The command and arguments of the MCP server at `path`, as they stand. */
export function commandAt(root: unknown, path: readonly string[]): readonly unknown[] {
  const args = valueAt(root, [...path, 'args'])
  return [valueAt(root, [...path, 'command']), ...(Array.isArray(args) ? args : [])]
}
