/** What visor is compatible with. */

/** The level of Supervisor that clients are told: they compare it. */
export const SUPERVISOR_VERSION = "4.3.0";
