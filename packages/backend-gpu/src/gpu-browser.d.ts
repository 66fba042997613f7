/** gpu.js as it is built for browsers: one file without dependencies, which also runs in Node. */
declare module 'gpu.js/dist/gpu-browser.js' {
  const library: { readonly GPU: import('./gpu-js.ts').GpuClass }
  export default library
}
