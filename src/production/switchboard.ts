import type { Have, PeerMessage, PeerName, Receiver, Transport } from "../runtime/transport.ts";

/**
 * Where all locations' judges and the deciding Houston are one process, what they tell each other is a call. Each still hears
 * only what it would hear over the wire.
 */
export function switchboard(names: readonly PeerName[]): ReadonlyMap<PeerName, Transport> {
  const receivers = new Map<PeerName, Receiver>();
  return new Map(
    names.map((name): [PeerName, Transport] => {
      const counters: Transport["counters"] = { sent: 0, failed: 0, received: 0, refused: {} };
      let cut: ReadonlySet<PeerName> = new Set();
      const receiverOf = (to: PeerName): Receiver | undefined => (cut.has(to) ? undefined : receivers.get(to));
      return [
        name,
        {
          name,
          peers: names.filter((other) => other !== name),
          counters,
          async send(to: PeerName, message: PeerMessage): Promise<Have | null> {
            const receiver = receiverOf(to);
            counters.sent += 1;
            if (receiver === undefined) {
              counters.failed += 1;
              return null;
            }
            return receiver.message(name, message);
          },
          async look(to, location) {
            receiverOf(to)?.look(name, location);
          },
          receive(receiver) {
            receivers.set(name, {
              message(from, message) {
                counters.received += 1;
                return receiver.message(from, message);
              },
              look: (from, location) => receiver.look(from, location),
            });
          },
          setUnreachable(peers) {
            cut = new Set(peers);
          },
        },
      ];
    }),
  );
}
