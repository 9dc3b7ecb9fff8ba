// What this package is and where it stands, from its own package.json: the same answer from src/ and from dist/.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert } from '../kit/assert.ts'

export interface PackageInfo {
  readonly version: string
  /** Smallest Node, as `engines` says it: '>=22.14' */
  readonly nodeNeeded: string
  /** absolute */
  readonly folder: string
}

const pluginPackage = 'iai-mcp-opencode'

export function readPackageInfo(): PackageInfo {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (packageAt(folder)?.name !== 'iai-mcp') {
    assert(dirname(folder) !== folder, 'the sources stand inside the package iai-mcp')
    folder = dirname(folder)
  }
  const { version, engines } = packageAt(folder) ?? {}
  assert(version !== undefined && engines !== undefined, 'package.json names a version and an engine')
  return { version, nodeNeeded: engines.node, folder }
}

/** The program that runs the command line; its own folder does not matter to it, nor does the one it is called from. */
export function commandPath(daemonFolder: string): string {
  return join(daemonFolder, 'bin', 'iai-mcp.js')
}

/**
 * What to name in OpenCode's `plugin` list: the folder of the plugin in a checkout, else the one that this package brings
 * along; without either its package name.
 */
export function openCodePlugin(daemonFolder: string): string {
  const folders = [join(dirname(daemonFolder), 'opencode'), join(daemonFolder, 'dist', 'opencode')]
  return folders.find((folder) => packageAt(folder)?.name === pluginPackage) ?? pluginPackage
}

interface PackageJson {
  readonly name?: string
  readonly version?: string
  readonly engines?: { readonly node: string }
}

function packageAt(folder: string): PackageJson | null {
  const path = join(folder, 'package.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as PackageJson) : null
}
