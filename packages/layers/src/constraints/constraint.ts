export type { ConstraintLike as Constraint } from '../engine/contracts.ts'
