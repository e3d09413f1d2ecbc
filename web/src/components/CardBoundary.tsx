/** Keeps one card that cannot be drawn from taking the page with it. */

import { Component, type ReactNode } from "react";
import { t } from "../i18n";
import { Note } from "./ui";

export class CardBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <Note tone="bad">{t("app.broken")}</Note>;
  }
}
