// As people write a path: ~ for the home.
export type ShowPath = (path: string) => string

export function showPathFrom(home: string): ShowPath {
  return (path) => (path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path)
}
