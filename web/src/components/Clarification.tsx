/** A question to the person, with suggestions while it is open. Free text answers it as well. */

import type { ClarificationData } from "../generated/events";
import { t } from "../i18n";
import { Button } from "./ui";

export function Clarification({
  data,
  open,
  onAnswer,
}: {
  data: ClarificationData;
  open: boolean;
  onAnswer: (answer: string) => void;
}) {
  return (
    <section aria-label={t("chat.question")} className="flex animate-rise flex-col gap-3">
      <p className="whitespace-pre-wrap">{data.question}</p>
      {open && data.options.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {data.options.map((option) => (
            <Button key={option} onClick={() => onAnswer(option)}>
              {option}
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}
