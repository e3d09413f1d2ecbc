/** One exchange: what the person said, what was done for it, and the answer above its cards. */

import { memo, type ReactNode } from "react";
import { Link } from "wouter";
import type { Assumed, BulkView, ListingSpec, RequirementSpec, UserMessageData, Watch } from "../generated/events";
import { t } from "../i18n";
import { assumedValue, without } from "../state/assumed";
import type { Exchange, Part, Stream } from "../state/conversation";
import type { ActionName } from "../wire/frames";
import { Answer, StreamedAnswer } from "./Answer";
import { CardBoundary } from "./CardBoundary";
import { Clarification } from "./Clarification";
import { AlertIcon, BellIcon, StackIcon } from "./icons";
import { JobCard } from "./JobCard";
import { ListingPreview } from "./ListingPreview";
import { Photo } from "./Photo";
import { Progress } from "./Progress";
import { Recommended } from "./Recommended";
import { Results } from "./Results";
import { Note, OutLink } from "./ui";

export interface Hands {
  answer: (questionId: string, answer: string) => void;
  refine: (message: string, requirement: RequirementSpec) => void;
  act: (action: ActionName, payload: Record<string, unknown>) => void;
  isBusy: (action: ActionName, about?: Record<string, unknown>) => boolean;
  /** Tells what the person did with an offer: it helps, and is not sent again when it gets lost. */
  hint: (action: ActionName, payload: Record<string, unknown>) => void;
}

interface Props {
  exchange: Exchange;
  stream: Stream | null;
  working: boolean;
  openQuestionId: string | null;
  openPreviewKey: string | null;
  newestResultsKey: string | null;
  watches: Record<string, Watch>;
  hands: Hands;
}

export const ExchangeView = memo(function ExchangeView(props: Props) {
  const { exchange, stream, working } = props;
  return (
    <article className="flex flex-col gap-4">
      {exchange.user && <Said data={exchange.user} />}
      {(working || exchange.searches.length > 0) && (
        <Progress stage={exchange.stage} searches={exchange.searches} working={working && !stream} />
      )}
      {inReadingOrder(exchange.parts, stream).map((item) =>
        item.kind === "stream" ? (
          <StreamedAnswer key="stream" text={item.text} />
        ) : (
          <CardBoundary key={item.key}>
            <PartView part={item} {...props} />
          </CardBoundary>
        ),
      )}
    </article>
  );
});

type Item = Part | { kind: "stream"; text: string };

/** Only the newest draft; and the answer, which is written after the offers, above them. */
function inReadingOrder(parts: Part[], stream: Stream | null): Item[] {
  const newestDraft = parts.findLast(({ kind }) => kind === "preview");
  const current = parts.filter((part) => part.kind !== "preview" || part === newestDraft);
  const items: Item[] = stream ? [...current, { kind: "stream", text: stream.text }] : current;
  return items.flatMap((item, index) => {
    const [before, after] = [items[index - 1], items[index + 1]];
    if (item.kind === "results" && after && isAnswer(after)) return [after, item];
    return before?.kind === "results" && isAnswer(item) ? [] : [item];
  });
}

function isAnswer(item: Item): boolean {
  return item.kind === "answer" || item.kind === "stream";
}

function PartView(props: Props & { part: Part }): ReactNode {
  const { part, hands, working, openQuestionId, openPreviewKey, newestResultsKey } = props;
  switch (part.kind) {
    case "clarification":
      return (
        <Clarification
          data={part.data}
          open={part.data.question_id === openQuestionId}
          onAnswer={(answer) => hands.answer(part.data.question_id, answer)}
        />
      );
    case "results":
      return (
        <Results
          data={part.data}
          onRefine={part.key === newestResultsKey ? hands.refine : null}
          working={working}
          watches={props.watches}
          act={hands.act}
          isBusy={hands.isBusy}
          hint={part.key === newestResultsKey ? hands.hint : null}
        />
      );
    case "preview":
      return (
        <ListingPreview
          data={part.data}
          open={part.key === openPreviewKey}
          confirming={hands.isBusy("confirm_listing")}
          saving={hands.isBusy("edit_listing")}
          onConfirm={() => hands.act("confirm_listing", {})}
          onEdit={(changed: Partial<ListingSpec>) => hands.act("edit_listing", changed)}
        />
      );
    case "job":
      return (
        <div data-job={part.data.job_id}>
          <JobCard data={part.data} spec={part.spec} act={hands.act} isBusy={hands.isBusy} />
        </div>
      );
    case "recommendations":
      return <Recommended items={part.items} />;
    case "bulk":
      return <BulkNews bulk={part.bulk} />;
    case "notification":
      return (
        <div className="flex animate-rise items-start gap-2.5 text-sm">
          <span className="mt-0.5 text-accent">
            <BellIcon />
          </span>
          <div>
            <p className="font-medium">{part.data.title}</p>
            {part.data.body && <p className="whitespace-pre-wrap text-muted">{part.data.body}</p>}
            {part.data.link && <OutLink href={part.data.link}>{t("news.open")}</OutLink>}
          </div>
        </div>
      );
    case "error":
      return (
        <Note tone="bad">
          <span className="flex items-start gap-2">
            <span className="mt-0.5">
              <AlertIcon />
            </span>
            {part.error.message}
          </span>
        </Note>
      );
    case "answer":
      return <Answer data={part.data} onUnwanted={refinedWithout(props)} />;
  }
}

/** Only for the newest offers, once they are all there. */
function refinedWithout({ exchange, newestResultsKey, working, hands }: Props) {
  const results = exchange.parts.find(({ key }) => key === newestResultsKey);
  if (working || results?.kind !== "results") return null;
  const { requirement } = results.data;
  return (assumed: Assumed) =>
    hands.refine(t("wish.removed", { label: assumedValue(assumed) }), without(requirement, assumed));
}

function BulkNews({ bulk }: { bulk: BulkView }) {
  return (
    <Link
      href="/bulk"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-card border border-line bg-surface px-4 py-3 text-sm shadow-card hover:border-strong"
    >
      <StackIcon />
      <span className="font-medium">{bulk.file_name || t("bulk.unnamed")}</span>
      <span className="text-muted">{t(`bulkStatus.${bulk.status}`)}</span>
      {bulk.started > 0 && <span className="text-muted tabular-nums">{t("bulk.live", { n: bulk.live })}</span>}
    </Link>
  );
}

export function Said({ data, children }: { data: UserMessageData; children?: ReactNode }) {
  const photos = data.media.filter(({ media_type: type }) => type === "image");
  const recordings = data.media.length - photos.length;
  return (
    <div className="flex flex-col items-end gap-1.5">
      {photos.length > 0 && (
        <div className="flex flex-wrap justify-end gap-2">
          {photos.map((photo) => (
            <Photo key={photo.media_id} mediaId={photo.media_id} className="size-28" />
          ))}
        </div>
      )}
      {recordings > 0 && <p className="text-sm text-muted">{t("chat.voiceMessage")}</p>}
      {data.message && (
        <p className="max-w-[85%] rounded-2xl rounded-br-md bg-tint px-4 py-2.5 whitespace-pre-wrap text-ink">
          {data.message}
        </p>
      )}
      {children}
    </div>
  );
}
