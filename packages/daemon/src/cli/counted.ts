// Numbers with what they count, as people write them.

export function count(value: number): string {
  return value.toLocaleString('en')
}

/** `1 file`, `1,200 files` */
export function counted(value: number, one: string, several = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : several}`
}

export function memoriesText(value: number): string {
  return counted(value, 'memory', 'memories')
}
