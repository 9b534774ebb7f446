/** What a name server has done since its start. */
export type NameServerCounters = {
  udpQueries: number;
  tcpQueries: number;
  /** With records in the answer. */
  answered: number;
  /** The name exists and has no such record. */
  noData: number;
  noName: number;
  /** Outside the zone, not implemented, or malformed and told so. */
  refused: number;
  /** Could not be read; dropped or told so. */
  malformed: number;
  truncated: number;
  /** Dropped because one source asked too much. */
  rateLimited: number;
  tcpConnections: number;
  /** Over the limit of connections, too slow, or deaf. */
  tcpClosed: number;
  /** Answers that the kernel would not send. */
  sendErrors: number;
};

export function makeCounters(): NameServerCounters {
  return {
    udpQueries: 0,
    tcpQueries: 0,
    answered: 0,
    noData: 0,
    noName: 0,
    refused: 0,
    malformed: 0,
    truncated: 0,
    rateLimited: 0,
    tcpConnections: 0,
    tcpClosed: 0,
    sendErrors: 0,
  };
}
