// A hook of ours among a host's hooks: there once, whoever arranged the groups around it. Other hooks stay where they
// are, also in a group that holds ours too; an older one of ours is replaced in its place, a second one is taken out.
import { isDeepStrictEqual } from 'node:util'
import type { HookAddition } from '../hosts/integration.ts'
import { ourHooks } from '../hosts/standing-hooks.ts'
import type { JsonChange } from './change.ts'
import { listAt, removalOf } from './json-changes.ts'
import { valueAt } from './json-value.ts'
import type { JsonEdit } from './jsonc.ts'

export function hookChange({ file, keys, group, marks }: HookAddition, what: string): JsonChange {
  const [hook] = group.hooks
  return {
    format: 'jsonc',
    file,
    what,
    wanted(root) {
      const groups = listAt(root, keys, file)
      if (groups === null) return [{ path: keys, value: [group] }]
      const [first, ...others] = ourHooks(groups, marks)
      if (first === undefined) return [{ path: [...keys, groups.length], value: group, isNewItem: true }]
      const path = [...keys, first.group, 'hooks', first.hook]
      const isGood = isDeepStrictEqual(valueAt(root, path), hook)
      return [...(isGood ? [] : [{ path, value: hook }]), ...removals(groups, others, keys)]
    },
    unwanted(root) {
      const groups = valueAt(root, keys)
      if (!Array.isArray(groups)) return []
      const edits = removals(groups, ourHooks(groups, marks), keys)
      const isLast = edits.filter(({ path }) => path.length === keys.length + 1).length === groups.length
      return edits.length > 0 && isLast ? [removalOf(root, keys)] : edits
    },
  }
}

/** Back to front, so that what is cut does not move what is still to be cut. */
function removals(
  groups: readonly unknown[],
  gone: ReturnType<typeof ourHooks>,
  keys: readonly string[],
): JsonEdit[] {
  return [...Map.groupBy(gone, ({ group }) => group)].toReversed().flatMap(([group, places]) => {
    const hooks = valueAt(groups, [group, 'hooks'])
    const isWhole = Array.isArray(hooks) && hooks.length === places.length
    if (isWhole) return [{ path: [...keys, group], value: undefined }]
    return places
      .toReversed()
      .map(({ hook }) => ({ path: [...keys, group, 'hooks', hook], value: undefined }))
  })
}
