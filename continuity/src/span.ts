/**
 * The part of OpenTelemetry's tracer that is used, so that `trace.getTracer("shop")` fits and nothing depends on
 * it. Each run of a request is a span, and each call of a step one below it: with the calls' own, for the span is
 * the active one while its work runs.
 */
export type Tracer = {
  startActiveSpan<R>(name: string, options: { readonly attributes: SpanAttributes }, work: (span: Span) => R): R;
};

type Span = {
  setAttributes(attributes: SpanAttributes): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
};

export type SpanAttributes = Record<string, string | number | boolean>;

/** OpenTelemetry's SpanStatusCode.ERROR. */
const statusError = 2;

/** Does the work within a span. `endsAs` tells what became known by its end. */
export async function spanned<T>(
  tracer: Tracer | undefined,
  of: { readonly name: string; readonly attributes: SpanAttributes; readonly endsAs?: (end: T) => SpanAttributes },
  work: () => Promise<T>,
): Promise<T> {
  if (tracer === undefined) return work();
  const { name, attributes, endsAs } = of;
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      const end = await work();
      if (endsAs !== undefined) span.setAttributes(endsAs(end));
      return end;
    } catch (thrown) {
      span.setStatus({ code: statusError, message: thrown instanceof Error ? thrown.message : String(thrown) });
      throw thrown;
    } finally {
      span.end();
    }
  });
}
