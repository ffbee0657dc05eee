/** Takes the address, or says by what it is taken and what to do. */
import type { Config } from '@uptake/io/config';
import type { FastifyInstance } from 'fastify';

/** The address is taken. The message says by what and what to do. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

/** Closes the doors again where the address cannot be had. Throws `PortInUse`. */
export async function listen(app: FastifyInstance, config: Config): Promise<void> {
  try {
    await app.listen({ port: config.port, host: config.host });
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new PortInUse(
        `Port ${config.port} on ${config.host} is in use by another program. Stop it, or set PORT to another one (0 takes any free one).`,
      );
    }
    if (code === 'EACCES')
      throw new PortInUse(`Port ${config.port} may not be used by this user. Set PORT to one above 1023.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new PortInUse(
        `HOST ${config.host} is not an address of this machine. Allowed: 127.0.0.1, 0.0.0.0 or one of its addresses.`,
      );
    }
    throw error;
  }
}
