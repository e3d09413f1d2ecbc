/** Asks before something that cannot be taken back. */

import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactNode } from "react";
import { t } from "../i18n";
import { Button } from "./ui";

export function ConfirmDialog({
  open,
  title,
  body,
  confirm,
  children,
  onCancel,
  onConfirm,
}: {
  open: boolean;
  title: string;
  body: string;
  /** What the button says. */
  confirm: string;
  children?: ReactNode;
  onCancel: () => void;
  onConfirm: () => void;
}) {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-30 bg-scrim" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 z-30 flex w-[min(26rem,calc(100vw-2rem))] -translate-1/2 flex-col gap-3 rounded-card border border-line bg-surface p-5 shadow-float">
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-sm text-muted">{body}</AlertDialog.Description>
          {children}
          <div className="flex justify-end gap-2 pt-1">
            <AlertDialog.Close render={<Button />}>{t("app.cancel")}</AlertDialog.Close>
            <Button look="danger" onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
