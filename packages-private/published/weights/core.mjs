import { add, grad, mul, setBackend, sum, tensor } from '@tapegrad/core'

export { add, grad, mul, setBackend, sum, tensor }
