export { CONFIG_ERROR_CODES, ConfigError, type ConfigErrorCode } from './errors.ts';
export { type ConfigSource, type Configuration, loadConfig } from './load.ts';
export { renderConfigReference } from './reference.ts';
export { type ConfigKey, type ConfigSection, type ConfigSectionOptions, defineConfig, keysOf } from './section.ts';
export { type ServerConfig, serverConfig } from './server-config.ts';
