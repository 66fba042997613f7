/**
 * The environment in which npm knows one configuration and nothing of the user's: no registry, no token, no cached
 * package of an earlier run.
 */
export function npmEnvironment(
  { npmrc, url }: { readonly npmrc: string; readonly url: string },
  cache: string,
): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name))
  return {
    ...Object.fromEntries(own),
    npm_config_userconfig: npmrc,
    // Changesets reads it here.
    npm_config_registry: url,
    npm_config_cache: cache,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  }
}
