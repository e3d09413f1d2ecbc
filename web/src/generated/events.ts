// Made by web/generate_types.py from the gateway's OpenAPI and from the models of events: change
// those, run it again.

/** `refresh_token` gets the next pair of tokens; it is for nothing else. */
export interface Access {
  token: string;
  expires_at: string;
  refresh_token: string | null;
  refresh_expires_at: string | null;
}

/** Another, dearer offer for the same thing. `shipping_cost` None: not said. */
export interface AlsoAt {
  marketplace: string;
  product_id: string;
  price: number;
  currency: string;
  deep_link: string;
  shipping_cost: number | null;
  seller_name: string | null;
}

/** A wish that was not said and was filled in; `text` says so to the person. */
export interface Assumed {
  item_id: string;
  field: string;
  value: string;
  text: string;
}

export type Availability = "in_stock" | "limited" | "out_of_stock" | "unknown";

export interface BrowserKeys {
  p256dh: string;
  auth: string;
}

export interface Bulk {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "bulk";
  data: BulkData;
}

/** Where a bulk upload stands: a few of these come while it is worked on. */
export interface BulkData {
  bulk: BulkView;
}

export interface BulkPage {
  items: BulkView[];
}

export type BulkStatus = "validating" | "awaiting_confirmation" | "posting" | "paused" | "cancelled" | "completed" | "failed";

/** Where a bulk upload stands. `live`, `needs_action` and `failed` count settled rows. */
export interface BulkView {
  bulk_id: string;
  user_id: string;
  session_id: string;
  file_name: string;
  status: BulkStatus;
  total: number;
  good: number;
  bad: number;
  started: number;
  live: number;
  needs_action: number;
  failed: number;
  errors: RowError[];
  ignored_columns: string[];
  message: string;
  has_result: boolean;
  created_at: string | null;
}

export interface Clarification {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "clarification";
  data: ClarificationData;
}

export interface ClarificationData {
  question_id: string;
  question: string;
  field: string;
  options: string[];
  required: boolean;
}

/** An offer of the same thing by somebody else. */
export interface Comparable {
  marketplace: string;
  title: string;
  price: number;
  link: string;
}

/** The state of an offered thing; each adapter maps its marketplace's own words to these. */
export type Condition = "new" | "open_box" | "refurbished" | "like_new" | "good" | "fair" | "for_parts";

/** A linked marketplace account; its tokens are in the secret store. `place`: the id of the one of `places` where listings go; empty where there is no choice. */
export interface Connection {
  marketplace: string;
  status: ConnectionStatus;
  linked_at: string;
  expires_at: string | null;
  scopes: string[];
  place: string;
  places: Place[];
  reminders: number;
  problem: string;
}

/** `assisted`: no program may post there; you do by hand what is prepared for you. */
export interface ConnectionList {
  items: Connection[];
  linkable: string[];
  assisted: string[];
}

export type ConnectionStatus = "linked" | "access_lost";

/** Open `consent_url`: the marketplace asks, and sends the browser back to us. */
export interface Consent {
  consent_url: string;
  expires_at: string;
}

/** `events`: the log as far as it is kept. */
export interface ConversationExport {
  conversation: ConversationView;
  events: (UserMessage | Progress | Clarification | Results | RecommendationsShown | ListingPreview | Job | Bulk | Watching | Notification | Error | Done)[];
}

/** A conversation as its owner sees it. */
export interface ConversationView {
  session_id: string;
  user_id: string;
  title: string;
  created_at: string | null;
  stage: WorkflowStage;
  turns: TurnSummary[];
  requirement: RequirementSpec | null;
  listing: ListingSpec | null;
  usage: Usage;
  last_event_id: number;
  media_ids: string[];
}

export interface Done {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "done";
  data: DoneData;
}

/** The turn's whole answer. `degraded`: the configured model was away. */
export interface DoneData {
  message: string;
  usage: Record<string, number>;
  degraded: boolean;
  assumptions: string[];
  not_understood: string[];
  cancelled: boolean;
  remembered: Assumed[];
}

export interface Error {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "error";
  data: ErrorData;
}

/** One sentence that a person understands; never a stack trace. */
export interface ErrorBody {
  code: string;
  message: string;
  details: Record<string, unknown>;
  retryable: boolean;
}

export interface ErrorData {
  error: ErrorBody;
}

/** Why something outside did not work; decides who retries and when. */
export type FailureCode = "throttled" | "unavailable" | "outcome_unknown" | "in_doubt" | "rejected" | "unauthorized" | "unintelligible" | "unsupported" | "handoff" | "not_found" | "internal";

/** What one marketplace would get. None: the words as they were written. */
export interface FittedListing {
  marketplace: string;
  title: string | null;
  description: string | null;
  category: string;
  attributes: Record<string, string>;
  changes: string[];
}

/** What a person needs to post by hand on a marketplace that has no posting API. */
export interface Handoff {
  url: string;
  fields: HandoffField[];
  photos: string[];
  checklist: string[];
}

export interface HandoffField {
  label: string;
  value: string;
  max_length: number | null;
}

/** How something was learned, the weightiest first. */
export type How = "entered" | "told" | "bought" | "selected" | "said" | "dismissed";

export interface Job {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "job";
  data: JobData;
}

export interface JobData {
  job_id: string;
  title: string;
  status: JobStatus;
  marketplace_jobs: MarketplaceJob[];
}

export interface JobError {
  code: FailureCode;
  message: string;
}

export interface JobPage {
  items: JobView[];
  next_page_token: string | null;
}

/** `temporal_ui_url`: where operators see the job at work. */
export interface JobPageDetails {
  job_id: string;
  user_id: string;
  session_id: string;
  title: string;
  photo: string;
  status: JobStatus;
  marketplace_jobs: MarketplaceJob[];
  stock: number | null;
  sales: SaleRecord[];
  revision: number;
  created_at: string | null;
  listing: ListingSpec;
  timeline: TimelineEntry[];
  temporal_ui_url: string;
}

export type JobStatus = "created" | "processing" | "completed" | "failed";

/** A whole job, as people and programs see it. A listing whose `revision` is below the job's is still being brought to what was asked for. */
export interface JobView {
  job_id: string;
  user_id: string;
  session_id: string;
  title: string;
  photo: string;
  status: JobStatus;
  marketplace_jobs: MarketplaceJob[];
  stock: number | null;
  sales: SaleRecord[];
  revision: number;
  created_at: string | null;
}

export type Kind = "brand" | "excluded_brand" | "size" | "price" | "condition" | "marketplace";

export interface ListingPreview {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "listing_preview";
  data: ListingPreviewData;
}

export interface ListingPreviewData {
  listing_spec: ListingSpec;
  missing: string[];
  warnings: string[];
  problems: ListingProblem[];
  fitted: FittedListing[];
  price_advice: PriceAdvice | null;
}

/** One rule that a marketplace would refuse the listing for. */
export interface ListingProblem {
  marketplace: string;
  field: string;
  rule: string;
}

/** A draft until `missing()` is empty. `media_refs` are media ids, the cover first. */
export interface ListingSpec {
  title: string;
  description: string;
  category: string;
  brand: string;
  price: number | null;
  currency: string;
  condition: Condition | null;
  condition_notes: string;
  quantity: number;
  attributes: Record<string, string>;
  media_refs: string[];
  location: Location;
  target_marketplaces: string[];
  shipping: string;
}

export type ListingStatus = "pending" | "posting" | "live" | "needs_action" | "failed" | "sold" | "withdrawn" | "expired";

export interface Location {
  postal_code: string;
  country: string;
}

/** An offer that the person opened, bought or did not want. */
export interface LookedAt {
  marketplace: string;
  product_id: string;
  title: string;
  how: "selected" | "bought" | "dismissed";
  found_by: string;
  at: string;
}

export interface LookedFor {
  words: string;
  times: number;
  at: string;
}

/** Where one listing stands. `confirmation_link` is set once it is live. `revision` is the last of the job's orders that the listing has carried out, or can't. */
export interface MarketplaceJob {
  marketplace: string;
  status: ListingStatus;
  listing_id: string;
  confirmation_link: string;
  error: JobError | null;
  needs: Needs | null;
  warnings: string[];
  expires_at: string | null;
  revision: number;
  changed_at: string | null;
}

/** A stored upload. Its bytes are in the object store, under its owner. */
export interface MediaRef {
  media_id: string;
  media_type: "image" | "audio";
}

/** All of it, bounded: the oldest of each kind makes room. Off: nothing is learned or used. */
export interface Memory {
  enabled: boolean;
  items: Remembered[];
  looked_at: LookedAt[];
  looked_for: LookedFor[];
}

export type Mode = "auto" | "buyer" | "seller";

/** Why a listing waits for a person, and what the person may do. `confirm_url` and `done` are for what only a person can do on a marketplace without an API. */
export interface Needs {
  code: FailureCode;
  message: string;
  actions: ("retry" | "edit" | "confirm_url" | "done" | "cancel")[];
  handoff: Handoff | null;
  reminders: number;
}

export interface Notification {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "notification";
  data: NotificationData;
}

export interface NotificationData {
  kind: "job_completed" | "job_failed" | "sold" | "price_drop" | "needs_action" | "bulk_completed";
  title: string;
  body: string;
  link: string;
}

/** Where of a person's listings can go with one grant: a catalogue, by the marketplace's id. */
export interface Place {
  place_id: string;
  name: string;
}

/** How a person wants to be told. `muted` kinds are shown in the conversation only. Quiet hours hold pushes back until they end; programs do not sleep. `language` is that of pushes that sum several up. */
export interface Preferences {
  timezone: string;
  language: "en" | "es" | "fr" | "de" | "hi" | "zh";
  quiet_hours: QuietHours | null;
  muted: ("job_completed" | "job_failed" | "sold" | "price_drop" | "needs_action" | "bulk_completed")[];
}

/** What `n` comparable offers ask: half of them lie between `low` and `high`. */
export interface PriceAdvice {
  low: number;
  median: number;
  high: number;
  currency: string;
  n: number;
  comparables: Comparable[];
  searched: string[];
}

/** Both ends are included; either may be open. */
export interface PriceRange {
  min: number | null;
  max: number | null;
  currency: string;
}

/** One offer, normalised. `product_id` is the marketplace's own id; `rating` is 0 to 5. */
export interface ProductResult {
  product_id: string;
  title: string;
  price: number;
  currency: string;
  rating: number | null;
  review_count: number | null;
  condition: Condition | null;
  image_url: string | null;
  marketplace: string;
  deep_link: string;
  availability: Availability;
  seller_name: string | null;
  shipping_info: ShippingInfo;
  attributes: Record<string, string>;
  why_ranked: string;
  also_at: AlsoAt[];
}

export interface Progress {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "progress";
  data: ProgressData;
}

export interface ProgressData {
  stage: WorkflowStage;
  message: string;
  marketplace: string | null;
  status: "searching" | "done" | "failed" | "cached" | "skipped" | null;
  count: number | null;
  elapsed_ms: number | null;
}

/** A browser that shows our notices; what it takes to reach it is in the secret store. */
export interface PushSubscription {
  subscription_id: string;
  host: string;
  label: string;
  created_at: string;
}

/** `public_key` is what pushManager.subscribe() takes as applicationServerKey. */
export interface PushSubscriptionList {
  public_key: string;
  items: PushSubscription[];
}

/** From `start` until `end` on the person's own clock, over midnight when `end` is earlier. */
export interface QuietHours {
  start: string;
  end: string;
}

/** A thing that the person may also like; `reason` is a true sentence in their language. */
export interface Recommendation {
  product: ProductResult;
  reason: string;
}

export interface Recommendations {
  items: Recommendation[];
}

export interface RecommendationsData {
  items: Recommendation[];
}

export interface RecommendationsShown {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "recommendations";
  data: RecommendationsData;
}

/** `value` is a text: "Samsung", "42", "200-900 USD", "used", "ebay". `about`: for what. */
export interface Remembered {
  item_id: string;
  kind: Kind;
  about: string;
  value: string;
  reason: How;
  because: string;
  times: number;
  first_at: string;
  last_at: string;
}

/** Everything that was asked for. An empty list or None means: no wish. */
export interface RequirementSpec {
  product_type: string;
  attributes: Record<string, string>;
  filters: Record<string, string>;
  price: PriceRange;
  brand_preferences: string[];
  excluded_brands: string[];
  rating_min: number | null;
  condition: WantedCondition | null;
  marketplaces: string[];
  sort: Sort;
  language: string;
}

export interface Results {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "results";
  data: ResultsData;
}

/** `partial` is true when a marketplace is missing; `sources` says which and why. */
export interface ResultsData {
  products: ProductResult[];
  summary: string;
  total_found: number;
  partial: boolean;
  sources: Source[];
  requirement: RequirementSpec;
  remembered: Assumed[];
}

/** `refused`: those that need more than another attempt: an address, a change, a look. */
export interface RetriedListings {
  retried: number;
  refused: number;
}

/** What is wrong in one line of the file; `field` is empty when it is the whole line. */
export interface RowError {
  line: number;
  field: string;
  rule: string;
  marketplace: string | "";
}

/** What became of a sale. `reason` says why the person must cancel it. */
export interface SaleRecord {
  sale: SaleReport;
  status: SaleStatus;
  at: string;
  reason: string;
}

/** A buyer's order, as the marketplace or the person tells of it. `sale_id` is the marketplace's own and makes a report that comes twice count once. */
export interface SaleReport {
  marketplace: string;
  sale_id: string;
  quantity: number;
  cancelled: boolean;
}

export type SaleStatus = "counted" | "cancelled" | "oversold" | "revoked" | "to_revoke";

export interface Session {
  token: string;
  expires_at: string;
  refresh_token: string | null;
  refresh_expires_at: string | null;
  session_id: string;
  user_id: string;
}

export interface SessionPage {
  items: ConversationView[];
  next_page_token: string | null;
}

/** `cost` is None where the marketplace does not say. */
export interface ShippingInfo {
  cost: number | null;
  currency: string;
  free: boolean;
  estimated_days: number | null;
}

export type Sort = "relevance" | "price_asc" | "price_desc" | "rating" | "newest";

/** One row of `results.sources`. */
export interface Source {
  marketplace: string;
  status: SourceStatus;
  count: number;
  elapsed_ms: number;
  error: string;
  applied_afterwards: string[];
}

/** How one marketplace's search ended. */
export type SourceStatus = "done" | "cached" | "failed" | "skipped";

export interface StartedBulk {
  bulk_id: string;
  status_url: string;
}

export interface StartedJob {
  job_id: string;
  status_url: string;
}

/** An upload as it was stored. `size` is in bytes; sides of an image are in pixels. */
export interface StoredMedia {
  media_id: string;
  media_type: "image" | "audio";
  content_type: string;
  size: number;
  width: number | null;
  height: number | null;
  duration_s: number | null;
}

/** To how many a test notice is on its way. */
export interface TestedChannels {
  push: number;
  webhooks: number;
}

/** `marketplace` is empty for what concerns the whole job. */
export interface TimelineEntry {
  at: string;
  marketplace: string;
  event: string;
}

/** `confidence` is 0 to 1. */
export interface TranscriptionResult {
  text: string;
  language: string;
  confidence: number;
  segments: TranscriptionSegment[];
}

export interface TranscriptionSegment {
  start_s: number;
  end_s: number;
  text: string;
}

/** A finished turn, for the list of what was talked about. */
export interface TurnSummary {
  turn_id: string;
  message: string;
  answer: string;
}

/** What was asked of chat models. `cached_tokens` are those of the input read from a cache. */
export interface Usage {
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  cost_micro_usd: number;
  prompts: Record<string, number>;
}

export interface UserMessage {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "user_message";
  data: UserMessageData;
}

/** What the person said, so that another device or a resumed page can show it. */
export interface UserMessageData {
  message: string;
  message_id: string;
  media: MediaRef[];
}

/** What a buyer asks for: one word may stand for several conditions. */
export type WantedCondition = "new" | "used" | "refurbished" | "open_box";

/** One watched offer. `price` is the last that was seen, at `looked_at`. `told_price` is the price of the last alert; it is forgotten once the price is no news any more, so that the next drop is told again. `problem` says why the last look told nothing. */
export interface Watch {
  watch_id: string;
  session_id: string;
  marketplace: string;
  product_id: string;
  title: string;
  image_url: string | null;
  deep_link: string;
  currency: string;
  first_price: number;
  price: number;
  lowest_price: number;
  availability: Availability;
  target: number | null;
  drop_percent: number | null;
  status: WatchStatus;
  told_price: number | null;
  told_at: string | null;
  problem: string;
  created_at: string;
  looked_at: string;
  next_look_at: string;
  ends_at: string;
}

/** A price alert that began here, whenever there is news of it. */
export interface WatchData {
  watch: Watch;
}

/** `most`: how many offers one person may watch. */
export interface WatchList {
  items: Watch[];
  most: number;
}

export type WatchStatus = "watching" | "gone" | "over" | "stopped";

export interface Watching {
  session_id: string;
  event_id: number;
  turn_id: string;
  timestamp: string;
  type: "watch";
  data: WatchData;
}

/** An address that a program of the person's listens at; its secret is in the secret store. */
export interface Webhook {
  webhook_id: string;
  url: string;
  created_at: string;
  status: WebhookStatus;
  problem: string;
}

export interface WebhookList {
  items: Webhook[];
}

export type WebhookStatus = "active" | "failing";

/** `secret` signs what is sent, and is shown only here. */
export interface WebhookWithSecret {
  webhook_id: string;
  url: string;
  created_at: string;
  status: WebhookStatus;
  problem: string;
  secret: string;
}

export type WorkflowStage = "initial" | "media_processing" | "requirement_building" | "listing_building" | "clarification" | "searching" | "ranking" | "previewing" | "dispatching" | "tracking" | "completed" | "failed";

export type ConversationEvent = UserMessage | Progress | Clarification | Results | RecommendationsShown | ListingPreview | Job | Bulk | Watching | Notification | Error | Done;

/** What the gateway's REST calls take and answer, below /api/v1. */
export interface Calls {
  "POST /sessions": { given: Record<never, never>; answer: Session };
  "GET /sessions": { given: { query?: { page_token?: string | null; page_size?: number } }; answer: SessionPage };
  "POST /sessions/refresh": { given: { body: { refresh_token: string } }; answer: Access };
  "POST /sessions/sign-out": { given: { body: { refresh_token: string } }; answer: void };
  "GET /sessions/{session_id}": { given: { path: { session_id: string } }; answer: ConversationView };
  "PATCH /sessions/{session_id}": { given: { path: { session_id: string }; body: { title: string } }; answer: ConversationView };
  "DELETE /sessions/{session_id}": { given: { path: { session_id: string } }; answer: void };
  "GET /sessions/{session_id}/export": { given: { path: { session_id: string } }; answer: ConversationExport };
  "POST /search": { given: { body: { product_type?: string; attributes?: Record<string, string>; filters?: Record<string, string>; price?: PriceRange; brand_preferences?: string[]; excluded_brands?: string[]; rating_min?: number | null; condition?: WantedCondition | null; marketplaces?: string[]; sort?: Sort; language?: string } }; answer: ResultsData };
  "GET /products/{marketplace}/{product_id}": { given: { path: { marketplace: string; product_id: string } }; answer: ProductResult };
  "POST /post": { given: { body: { title?: string; description?: string; category?: string; brand?: string; price?: number | string | null; currency?: string; condition?: Condition | null; condition_notes?: string; quantity?: number; attributes?: Record<string, string>; media_refs?: string[]; location?: Location; target_marketplaces?: string[]; shipping?: string } }; answer: StartedJob };
  "GET /jobs": { given: { query?: { page_token?: string | null; page_size?: number } }; answer: JobPage };
  "GET /jobs/{job_id}": { given: { path: { job_id: string } }; answer: JobPageDetails };
  "POST /jobs/retry": { given: { body: { marketplace?: string | null; error?: FailureCode | null } }; answer: RetriedListings };
  "POST /jobs/{job_id}/edit": { given: { path: { job_id: string }; body: Record<string, unknown> }; answer: JobView };
  "POST /jobs/{job_id}/cancel": { given: { path: { job_id: string } }; answer: JobView };
  "POST /jobs/{job_id}/listings/{marketplace}/retry": { given: { path: { job_id: string; marketplace: string }; body: Record<string, unknown> | null }; answer: MarketplaceJob };
  "POST /jobs/{job_id}/listings/{marketplace}/edit": { given: { path: { job_id: string; marketplace: string }; body: Record<string, unknown> }; answer: MarketplaceJob };
  "POST /jobs/{job_id}/listings/{marketplace}/withdraw": { given: { path: { job_id: string; marketplace: string }; query?: { done_by_person?: boolean } }; answer: MarketplaceJob };
  "POST /jobs/{job_id}/listings/{marketplace}/mark-sold": { given: { path: { job_id: string; marketplace: string }; query?: { quantity?: number } }; answer: MarketplaceJob };
  "POST /jobs/{job_id}/listings/{marketplace}/relist": { given: { path: { job_id: string; marketplace: string } }; answer: MarketplaceJob };
  "POST /media": { given: Record<never, never>; answer: StoredMedia };
  "POST /media/{media_id}/transcript": { given: { path: { media_id: string }; query?: { session_id?: string | null; language?: "en" | "es" | "fr" | "de" | "hi" | "zh" | "" } }; answer: TranscriptionResult };
  "GET /webhooks/{marketplace}": { given: { path: { marketplace: string }; query?: { challenge_code: string } }; answer: Record<string, string> };
  "POST /webhooks/{marketplace}": { given: { path: { marketplace: string } }; answer: void };
  "POST /jobs/bulk": { given: { query?: { post?: "ask" | "good" | "all"; marketplaces?: string; session_id?: string; file_name?: string } }; answer: StartedBulk };
  "GET /bulk": { given: Record<never, never>; answer: BulkPage };
  "GET /bulk/{bulk_id}": { given: { path: { bulk_id: string } }; answer: BulkView };
  "POST /bulk/{bulk_id}/{how}": { given: { path: { bulk_id: string; how: "confirm" | "pause" | "resume" | "cancel" } }; answer: BulkView };
  "GET /me/preferences": { given: Record<never, never>; answer: Preferences };
  "PUT /me/preferences": { given: { body: { timezone?: string; language?: "en" | "es" | "fr" | "de" | "hi" | "zh"; quiet_hours?: QuietHours | null; muted?: ("job_completed" | "job_failed" | "sold" | "price_drop" | "needs_action" | "bulk_completed")[] } }; answer: Preferences };
  "GET /me/connections": { given: Record<never, never>; answer: ConnectionList };
  "GET /me/connections/{marketplace}": { given: { path: { marketplace: string } }; answer: Connection | null };
  "POST /me/connections/{marketplace}": { given: { path: { marketplace: string } }; answer: Consent };
  "DELETE /me/connections/{marketplace}": { given: { path: { marketplace: string } }; answer: void };
  "POST /me/connections/{marketplace}/finish": { given: { path: { marketplace: string }; body: { state: string; code: string } }; answer: Connection };
  "PUT /me/connections/{marketplace}/place": { given: { path: { marketplace: string }; body: { place_id: string } }; answer: Connection };
  "GET /me/memory": { given: Record<never, never>; answer: Memory };
  "PUT /me/memory": { given: { body: { enabled: boolean } }; answer: Memory };
  "DELETE /me/memory": { given: Record<never, never>; answer: void };
  "POST /me/memory/items": { given: { body: { kind: Kind; about?: string; value: string } }; answer: Remembered };
  "PUT /me/memory/items/{item_id}": { given: { path: { item_id: string }; body: { value: string } }; answer: Remembered };
  "DELETE /me/memory/items/{item_id}": { given: { path: { item_id: string } }; answer: void };
  "GET /me/recommendations": { given: { query?: { limit?: number; language?: "en" | "es" | "fr" | "de" | "hi" | "zh" } }; answer: Recommendations };
  "POST /watches": { given: { body: { marketplace: string; product_id: string; target?: number | string | null; drop_percent?: number | null; session_id?: string } }; answer: Watch };
  "GET /watches": { given: Record<never, never>; answer: WatchList };
  "DELETE /watches/{watch_id}": { given: { path: { watch_id: string } }; answer: void };
  "GET /me/push-subscriptions": { given: Record<never, never>; answer: PushSubscriptionList };
  "POST /me/push-subscriptions": { given: { body: { endpoint: string; keys: BrowserKeys; label?: string } }; answer: PushSubscription };
  "DELETE /me/push-subscriptions/{subscription_id}": { given: { path: { subscription_id: string } }; answer: void };
  "GET /me/webhooks": { given: Record<never, never>; answer: WebhookList };
  "POST /me/webhooks": { given: { body: { url: string } }; answer: WebhookWithSecret };
  "DELETE /me/webhooks/{webhook_id}": { given: { path: { webhook_id: string } }; answer: void };
  "POST /me/notifications/test": { given: Record<never, never>; answer: TestedChannels };
}
