// Whether a text says anything at all.

const nothing = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}]*$/u

/** True for a text of white space, control characters (NUL too) and characters without a shape of their own. */
export function isBlank(text: string): boolean {
  return nothing.test(text)
}
