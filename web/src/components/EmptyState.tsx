/** The first screen of a conversation: what can be said here, with examples to start from. */

const EXAMPLES = [
  {
    title: "Buy",
    about: "eBay, Amazon, Walmart and Best Buy in one ranked list",
    prompts: [
      "Find me a laptop under $1000",
      "Noise-cancelling headphones, rated 4 or better, under $200",
      "A used mountain bike in good condition",
    ],
  },
  {
    title: "Sell",
    about: "one listing, posted to every marketplace you choose",
    prompts: [
      "Sell my iPhone 13, $650, good condition",
      "I want to sell my KitchenAid mixer, barely used",
      "Sell a Nintendo Switch with two controllers for $180",
    ],
  },
];

export function EmptyState({ onPick }: { onPick: (prompt: string) => void }) {
  return (
    <div className="flex flex-1 animate-rise flex-col justify-center gap-8 py-10">
      <header className="text-center">
        <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-4xl">
          Say what you want. Done.
        </h1>
        <p className="mx-auto mt-3 max-w-md text-muted text-pretty">
          Buy or sell by chat. Write as you would to a friend, and add photos when you sell.
        </p>
      </header>
      <div className="grid gap-6 sm:grid-cols-2">
        {EXAMPLES.map(({ title, about, prompts }) => (
          <section key={title} aria-label={title}>
            <h2 className="font-semibold">{title}</h2>
            <p className="mb-3 text-[0.8125rem] text-muted">{about}</p>
            <ul className="flex flex-col gap-2">
              {prompts.map((prompt) => (
                <li key={prompt}>
                  <button
                    type="button"
                    className="w-full rounded-card border border-line bg-surface px-4 py-3 text-left text-sm shadow-card transition hover:border-strong hover:shadow-float"
                    onClick={() => onPick(prompt)}
                  >
                    {prompt}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}
