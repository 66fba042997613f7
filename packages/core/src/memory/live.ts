/** Counters of what is alive, kept by constructors and releases. */
export const live: { tensors: number; storages: number; bytes: number; leaked: number } = {
  tensors: 0,
  storages: 0,
  bytes: 0,
  leaked: 0,
}
