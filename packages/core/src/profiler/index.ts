export { type ProfiledBackend, type ProfileOptions, profile } from './profile.ts'
export type { ProfileRow } from './tally.ts'
