import type { Cell } from './cell.ts'

/** A step of core's `gruKernel`, of which the product of h and the weights is there before. */
export const gruCell: Cell = {
  name: 'gru',
  // projected, product, bias, h before, gates, h after
  tensors: [{ parts: 3 }, { parts: 3 }, { parts: 3, shared: true }, { parts: 1 }, { parts: 4 }, { parts: 1 }],
  counted(m, part) {
    const h = part.load(9)
    const [u, v, w] = ([0, 1, 2] as const).map((gate) => m.add(part.load(3 + gate), part.load(6 + gate)))
    const [z, r] = m.sigmoids([m.add(part.load(0), u!), m.add(part.load(1), v!)])
    const n = m.tanh(m.add(part.load(2), m.mul(r!, w!)))
    for (const [i, gate] of [z!, r!, n, w!].entries()) part.store(10 + i, gate)
    part.store(14, m.add(n, m.mul(z!, m.sub(h, n))))
  },
  skipped(m, part) {
    for (const gate of [10, 11, 12, 13]) part.store(gate, m.constant(0))
    part.store(14, part.load(9))
  },
}

/**
 * A step of core's `gruGradKernel`. Of the gradient of h, what comes through the later products is in `product`, what
 * comes past them in `gradInitial`.
 */
export const gruGradCell: Cell = {
  name: 'gruGrad',
  // g, product, gradInitial, gates, h before, gradProjected, gradProduct
  tensors: [{ parts: 1 }, { parts: 1 }, { parts: 1 }, { parts: 4 }, { parts: 1 }, { parts: 3 }, { parts: 3 }],
  counted(m, part) {
    const one = m.constant(1)
    const ofH = m.add(part.load(0), m.add(part.load(1), part.load(2)))
    const [z, r, n, w] = [3, 4, 5, 6].map((gate) => part.load(gate))
    const slope = (gate: typeof ofH): typeof ofH => m.mul(gate, m.sub(one, gate))
    const ofZ = m.mul(m.mul(ofH, m.sub(part.load(7), n!)), slope(z!))
    const ofN = m.mul(m.mul(ofH, m.sub(one, z!)), m.sub(one, m.mul(n!, n!)))
    const ofR = m.mul(m.mul(ofN, w!), slope(r!))
    for (const [i, gradient] of [ofZ, ofR, ofN].entries()) part.store(8 + i, gradient)
    for (const [i, gradient] of [ofZ, ofR, m.mul(ofN, r!)].entries()) part.store(11 + i, gradient)
    part.store(2, m.mul(ofH, z!))
  },
  skipped(m, part) {
    for (const gate of [8, 9, 10, 11, 12, 13]) part.store(gate, m.constant(0))
    part.store(2, m.add(part.load(0), m.add(part.load(1), part.load(2))))
  },
}
