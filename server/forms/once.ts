/** Works something out once for each object, as long as that very object is handed in; it must not change meanwhile. */
export function once<K extends object, V>(work: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>()
  return (of) => {
    const found = known.get(of)
    if (found !== undefined) return found
    const made = work(of)
    known.set(of, made)
    return made
  }
}
