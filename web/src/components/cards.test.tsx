import { fireEvent, render, screen, within } from "@testing-library/react";
import type { ComponentProps } from "react";
import { describe, expect, it, vi } from "vitest";
import type { JobData, ListingPreviewData, MarketplaceJob, RequirementSpec, ResultsData } from "../generated/events";
import { PRODUCT, SPEC } from "../testing/events";
import { JobCard } from "./JobCard";
import { ListingPreview } from "./ListingPreview";
import { Results } from "./Results";

const RESULTS: ResultsData = {
  products: [PRODUCT],
  summary: "",
  total_found: 1,
  partial: false,
  sources: [],
  remembered: [],
  requirement: {
    product_type: "laptop",
    attributes: {},
    filters: {},
    price: { min: null, max: 1000, currency: "USD" },
    brand_preferences: [],
    excluded_brands: [],
    rating_min: null,
    condition: null,
    marketplaces: [],
    sort: "relevance",
    language: "en",
  },
};

type Shown = Partial<ComponentProps<typeof Results>> & { data: ResultsData };

function Offers(props: Shown) {
  return <Results onRefine={null} working={false} act={() => undefined} isBusy={() => false} hint={null} {...props} />;
}

describe("an offer", () => {
  it("goes out in a new tab that learns nothing of this page", () => {
    render(<Offers data={RESULTS} onRefine={null} />);
    const link = screen.getByRole("link", { name: /A laptop/ });
    expect(link.getAttribute("rel")).toBe("noopener noreferrer");
    expect(link.getAttribute("target")).toBe("_blank");
  });

  it("says that nobody has rated it, rather than showing no stars", () => {
    render(<Offers data={RESULTS} onRefine={null} />);
    expect(screen.getByText("Not rated")).toBeTruthy();
  });

  it("shows a stranger's markup as text and follows no script address", () => {
    const title = "<img src=x onerror=alert(1)>";
    const product = { ...PRODUCT, title, deep_link: "javascript:alert(1)" };
    const { container } = render(<Offers data={{ ...RESULTS, products: [product] }} onRefine={null} />);
    expect(screen.getByText(title)).toBeTruthy();
    expect(container.querySelector("img, a")).toBeNull();
  });

  it("tells where else the same thing is sold", () => {
    const other = { marketplace: "walmart", product_id: "9", price: 950, currency: "USD", deep_link: "https://example.com/9", shipping_cost: null, seller_name: null };
    render(<Offers data={{ ...RESULTS, products: [{ ...PRODUCT, also_at: [other] }] }} onRefine={null} />);
    fireEvent.click(screen.getByText("Also at 1 other place"));
    expect(screen.getByRole("link", { name: /^Walmart, \$950/ }).getAttribute("href")).toBe("https://example.com/9");
  });

  it("says which marketplaces are missing, and why", () => {
    const source = { marketplace: "walmart", status: "failed" as const, count: 0, elapsed_ms: 1, error: "It took too long.", applied_afterwards: [] };
    render(<Offers data={{ ...RESULTS, partial: true, sources: [source] }} onRefine={null} />);
    expect(screen.getByText(/Without Walmart/)).toBeTruthy();
    expect(screen.getByText(/It took too long/)).toBeTruthy();
  });
});

describe("the wishes of a search", () => {
  const show = (requirement: Partial<RequirementSpec> = {}) => {
    const onRefine = vi.fn();
    const data = { ...RESULTS, requirement: { ...RESULTS.requirement, ...requirement } };
    render(<Offers data={data} onRefine={onRefine} />);
    return { onRefine, requirement: data.requirement };
  };

  it("are changed as the requirement itself, and the rest stays as it was", async () => {
    const { onRefine, requirement } = show({ brand_preferences: ["Acer"] });
    fireEvent.click(screen.getByRole("button", { name: "Change Price: up to $1,000" }));
    fireEvent.change(await screen.findByLabelText("Up to"), { target: { value: "800" } });
    fireEvent.click(screen.getByRole("button", { name: "Search again" }));
    const price = { min: null, max: 800, currency: "USD" };
    expect(onRefine).toHaveBeenCalledWith("Price: up to $800", { ...requirement, price });
  });

  it("are taken back one by one", () => {
    const { onRefine, requirement } = show({ attributes: { color: "black", screen: "14 inch" } });
    fireEvent.click(screen.getByRole("button", { name: "Remove Color: black" }));
    const changed = { ...requirement, attributes: { screen: "14 inch" } };
    expect(onRefine).toHaveBeenCalledWith("No longer: black", changed);
  });

  it("cannot be crossed: a lowest price above the highest is not searched for", async () => {
    show();
    fireEvent.click(screen.getByRole("button", { name: /Change Price/ }));
    fireEvent.change(await screen.findByLabelText("From"), { target: { value: "2000" } });
    expect(screen.getByRole("button", { name: "Search again" })).toHaveProperty("disabled", true);
  });

  it("belong to the newest results only", () => {
    render(<Offers data={RESULTS} onRefine={null} />);
    expect(screen.queryByRole("region", { name: "Your search" })).toBeNull();
  });
});

it("compares the offers that were chosen, and marks the lowest price", async () => {
  const dearer = { ...PRODUCT, product_id: "2", title: "Another laptop", price: 950, attributes: { ram: "32 GB" } };
  render(<Offers data={{ ...RESULTS, products: [PRODUCT, dearer] }} onRefine={null} />);
  fireEvent.click(screen.getByRole("button", { name: "Compare: A laptop" }));
  expect(screen.getByRole("button", { name: "Choose one more to compare" })).toHaveProperty("disabled", true);
  fireEvent.click(screen.getByRole("button", { name: "Compare: Another laptop" }));
  fireEvent.click(screen.getByRole("button", { name: "Compare 2 offers" }));
  const table = within(await screen.findByRole("table"));
  expect(table.getByRole("row", { name: /Price \$899.50\s*lowest \$950/ })).toBeTruthy();
  expect(table.getByRole("row", { name: /RAM – 32 GB/ })).toBeTruthy();
});

const PREVIEW: ListingPreviewData = { listing_spec: SPEC, missing: [], warnings: [], problems: [], fitted: [], price_advice: null };

function showPreview(data: ListingPreviewData) {
  const onEdit = vi.fn();
  const onConfirm = vi.fn();
  render(<ListingPreview data={data} open confirming={false} saving={false} onConfirm={onConfirm} onEdit={onEdit} />);
  return { onEdit, onConfirm };
}

describe("a listing preview", () => {
  it("is confirmed with one press", () => {
    const { onConfirm } = showPreview(PREVIEW);
    fireEvent.click(screen.getByRole("button", { name: /Confirm and post to 2/ }));
    expect(onConfirm).toHaveBeenCalledOnce();
  });

  it("shows what a marketplace is told besides the words", () => {
    const ebay = { marketplace: "ebay", title: null, description: null, category: "", attributes: { Brand: "Apple" }, changes: [] };
    showPreview({ ...PREVIEW, fitted: [ebay] });
    expect(screen.getByText("What each marketplace gets")).toBeTruthy();
    expect(screen.getByText("Brand:").nextSibling?.textContent).toBe("Apple");
  });

  it("cannot be confirmed while something is missing", () => {
    showPreview({ ...PREVIEW, missing: ["price"] });
    expect(screen.getByRole("button", { name: /Confirm/ })).toHaveProperty("disabled", true);
    expect(screen.getByText(/Still missing: price/)).toBeTruthy();
  });

  it("sends only what was changed in the form", () => {
    const { onEdit } = showPreview(PREVIEW);
    fireEvent.click(screen.getByRole("button", { name: "Edit" }));
    fireEvent.change(screen.getByLabelText("Price"), { target: { value: "599,50" } });
    fireEvent.change(screen.getByLabelText("Postal code"), { target: { value: "10001" } });
    fireEvent.click(screen.getByRole("button", { name: "Save changes" }));
    expect(onEdit).toHaveBeenCalledWith({ price: 599.5, location: { postal_code: "10001", country: "US" } });
  });

  it("keeps a price that is no price in the form, and says what would be right", () => {
    const { onEdit } = showPreview(PREVIEW);
    fireEvent.click(screen.getByRole("button", { name: "Edit" }));
    fireEvent.change(screen.getByLabelText("Price"), { target: { value: "a lot" } });
    fireEvent.click(screen.getByRole("button", { name: "Save changes" }));
    expect(onEdit).not.toHaveBeenCalled();
    expect(screen.getByRole("alert").textContent).toMatch(/A number/);
  });

  it("says in the form, at the field, which marketplace would refuse it, as long as it is wanted there", () => {
    showPreview({ ...PREVIEW, problems: [{ marketplace: "ebay", field: "title", rule: "At most 80 characters." }] });
    fireEvent.click(screen.getByRole("button", { name: "Edit" }));
    expect(screen.getByText("eBay: At most 80 characters.")).toBeTruthy();
    fireEvent.click(screen.getByRole("checkbox", { name: /eBay/ }));
    expect(screen.queryByText("eBay: At most 80 characters.")).toBeNull();
  });

  it("says per marketplace what would be refused", () => {
    showPreview({ ...PREVIEW, problems: [{ marketplace: "ebay", field: "title", rule: "At most 80 characters." }] });
    expect(screen.getByText("eBay would refuse this:")).toBeTruthy();
    expect(screen.getByText(/At most 80 characters/)).toBeTruthy();
  });
});

const row = (fields: Partial<MarketplaceJob>): MarketplaceJob => ({
  marketplace: "ebay",
  status: "pending",
  listing_id: "",
  confirmation_link: "",
  error: null,
  needs: null,
  warnings: [],
  expires_at: null,
  revision: 0,
  changed_at: null,
  ...fields,
});

function showJob(...marketplace_jobs: MarketplaceJob[]) {
  const act = vi.fn();
  const data: JobData = { job_id: "j1", title: "iPhone 13", status: "processing", marketplace_jobs };
  render(<JobCard data={data} spec={SPEC} act={act} isBusy={() => false} />);
  return act;
}

const AT_EBAY = { job_id: "j1", marketplace: "ebay" };

describe("a job", () => {
  it("links to what is live and counts only that", () => {
    showJob(row({ status: "live", confirmation_link: "https://example.com/1" }), row({ marketplace: "poshmark", status: "posting" }));
    expect(screen.getByText("Live on 1 of 2")).toBeTruthy();
    expect(screen.getByRole("link", { name: /See it live/ }).getAttribute("href")).toBe("https://example.com/1");
  });

  it("takes the address of what the person posted by hand", () => {
    const handoff = { url: "https://example.com/new", fields: [{ label: "Title", value: "iPhone 13", max_length: 80 }], photos: [], checklist: [] };
    const act = showJob(
      row({ status: "needs_action", needs: { code: "handoff", message: "Post it there.", actions: ["confirm_url", "cancel"], handoff, reminders: 0 } }),
    );
    expect(screen.getByRole("button", { name: "Copy Title" })).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/Address of the listing/), { target: { value: "https://example.com/listing/1" } });
    fireEvent.click(screen.getByRole("button", { name: "It's posted" }));
    expect(act).toHaveBeenCalledWith("retry_listing", { ...AT_EBAY, url: "https://example.com/listing/1" });
  });

  it("posts again after a doubtful attempt only on the person's word that it is not there", () => {
    const act = showJob(row({ status: "needs_action", needs: { code: "in_doubt", message: "Look first.", actions: ["confirm_url", "retry", "cancel"], handoff: null, reminders: 0 } }));
    fireEvent.click(screen.getByRole("button", { name: /It is not there/ }));
    expect(act).toHaveBeenCalledWith("retry_listing", { ...AT_EBAY, again: true });
  });

  it("tells that the person took it down, where only they can", () => {
    const act = showJob(row({ status: "needs_action", needs: { code: "unavailable", message: "Take it down.", actions: ["cancel"], handoff: null, reminders: 0 } }));
    fireEvent.click(screen.getByRole("button", { name: "I took it down" }));
    expect(act).toHaveBeenCalledWith("withdraw_listing", { ...AT_EBAY, done_by_person: true });
  });

  it("is told that what only a person can do there is done", () => {
    const act = showJob(row({ status: "needs_action", needs: { code: "handoff", message: "Change it there.", actions: ["done", "confirm_url"], handoff: null, reminders: 0 } }));
    fireEvent.click(screen.getByRole("button", { name: "I did it" }));
    expect(act).toHaveBeenCalledWith("retry_listing", { ...AT_EBAY, done: true });
  });

  it("puts up again what was withdrawn", () => {
    const act = showJob(row({ status: "withdrawn" }));
    fireEvent.click(screen.getByRole("button", { name: "Put up again" }));
    expect(act).toHaveBeenCalledWith("relist_listing", AT_EBAY);
  });

  it("posts a refused listing again with what was changed", () => {
    const act = showJob(row({ status: "needs_action", needs: { code: "rejected", message: "Too long.", actions: ["retry", "edit", "cancel"], handoff: null, reminders: 0 } }));
    fireEvent.click(screen.getByRole("button", { name: /Change and post again/ }));
    const form = within(screen.getByRole("listitem"));
    fireEvent.change(form.getByLabelText("Title"), { target: { value: "iPhone" } });
    fireEvent.click(form.getByRole("button", { name: "Save changes" }));
    expect(act).toHaveBeenCalledWith("retry_listing", { ...AT_EBAY, changes: { title: "iPhone" } });
  });
});
