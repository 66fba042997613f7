import type { CheckpointedCall } from './checkpointed-call.ts'
import { dropSaved, type GradientRule, type JointGradientRule, type Node, type OpRecord } from './node.ts'

/** Stands for the record of an operation whose saved values were given back, and has them computed when a rule wants them. */
export class RecomputedOp implements OpRecord {
  readonly name: string
  readonly rules: readonly GradientRule[]
  readonly joint: JointGradientRule | null
  /** The record while the values are there. */
  current: OpRecord | null = null
  readonly #call: CheckpointedCall

  constructor(op: OpRecord, call: CheckpointedCall) {
    this.name = op.name
    this.rules = op.rules
    // That of a custom gradient is another function each time.
    this.joint =
      op.joint === null
        ? null
        : (g, saved, needs, attributes) => this.current!.joint!(g, saved, needs, attributes)
    this.#call = call
  }

  /** Gives back what a node saved, if it saved anything. */
  static replace(node: Node, call: CheckpointedCall): void {
    const { op } = node
    const saves = op.savedInputs !== 0 || op.savesOutput || node.residuals !== null
    if (!saves && !(op instanceof RecomputedOp)) return
    dropSaved(node)
    node.op = new RecomputedOp(op, call)
  }

  /** What stands for a node's record on behalf of a call, also inside of another call that stands for more. */
  static of(node: Node, call: CheckpointedCall): RecomputedOp | null {
    let op: OpRecord | null = node.op
    while (op instanceof RecomputedOp && op.#call !== call) op = op.current
    return op instanceof RecomputedOp ? op : null
  }

  get savedInputs(): number {
    return this.current?.savedInputs ?? 0
  }

  get savesOutput(): boolean {
    return this.current?.savesOutput ?? false
  }

  saved(node: Node): never {
    if (this.current === null) this.#call.recompute()
    return this.current!.saved(node)
  }

  forget(node: Node): void {
    if (this.current === null) return
    dropSaved(node)
    this.current = null
  }
}
