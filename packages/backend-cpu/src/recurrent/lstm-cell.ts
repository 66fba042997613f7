import type { Cell } from './cell.ts'

/** A step of core's `lstmKernel`, of which the product of h and the weights is in `gates` before. */
export const lstmCell: Cell = {
  name: 'lstm',
  // projected, gates, h and c before, h and c after
  tensors: [{ parts: 4 }, { parts: 4 }, { parts: 1 }, { parts: 1 }, { parts: 1 }, { parts: 1 }],
  counted(m, part) {
    const [i, f, g, o] = ([0, 1, 2, 3] as const).map((gate) => m.add(part.load(gate), part.load(4 + gate)))
    const [input, forget, output] = m.sigmoids([i!, f!, o!])
    const candidate = m.tanh(g!)
    const c = m.add(m.mul(forget!, part.load(9)), m.mul(input!, candidate))
    part.store(4, input!)
    part.store(5, forget!)
    part.store(6, candidate)
    part.store(7, output!)
    part.store(10, m.mul(output!, m.tanh(c)))
    part.store(11, c)
  },
  skipped(m, part) {
    for (const gate of [4, 5, 6, 7]) part.store(gate, m.constant(0))
    part.store(10, part.load(8))
    part.store(11, part.load(9))
  },
}

/**
 * A step of core's `lstmGradKernel`. Of the gradient of h, what comes through the later gates is in `product`, what
 * comes past them in `gradH`; that of c is in `gradC`.
 */
export const lstmGradCell: Cell = {
  name: 'lstmGrad',
  // g of h, g of c, product, gradH, gradC, gates, c before, c after, gradProjected
  tensors: [
    { parts: 1 },
    { parts: 1 },
    { parts: 1 },
    { parts: 1 },
    { parts: 1 },
    { parts: 4 },
    { parts: 1 },
    { parts: 1 },
    { parts: 4 },
  ],
  counted(m, part) {
    const one = m.constant(1)
    const ofH = m.add(part.load(0), m.add(part.load(2), part.load(3)))
    const [i, f, g, o] = [5, 6, 7, 8].map((gate) => part.load(gate))
    const cell = m.tanh(part.load(10))
    const throughH = m.mul(m.mul(ofH, o!), m.sub(one, m.mul(cell, cell)))
    const ofC = m.add(m.add(part.load(1), part.load(4)), throughH)
    const slope = (gate: typeof cell): typeof cell => m.mul(gate, m.sub(one, gate))
    part.store(11, m.mul(m.mul(ofC, g!), slope(i!)))
    part.store(12, m.mul(m.mul(ofC, part.load(9)), slope(f!)))
    part.store(13, m.mul(m.mul(ofC, i!), m.sub(one, m.mul(g!, g!))))
    part.store(14, m.mul(m.mul(ofH, cell), slope(o!)))
    part.store(3, m.constant(0))
    part.store(4, m.mul(ofC, f!))
  },
  skipped(m, part) {
    for (const gate of [11, 12, 13, 14]) part.store(gate, m.constant(0))
    part.store(3, m.add(part.load(0), m.add(part.load(2), part.load(3))))
    part.store(4, m.add(part.load(1), part.load(4)))
  },
}
