/** The page's icons: strokes in the text's colour, hidden from screen readers. */

import type { ReactNode } from "react";

function Icon({ children, size = 18 }: { children: ReactNode; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0"
    >
      {children}
    </svg>
  );
}

export const SendIcon = () => <Icon><path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" /></Icon>;
export const StopIcon = () => <Icon><rect x="7" y="7" width="10" height="10" rx="2" fill="currentColor" /></Icon>;
export const PhotoIcon = () => (
  <Icon size={20}>
    <rect x="3.5" y="5" width="17" height="14" rx="3" />
    <circle cx="9" cy="10" r="1.6" />
    <path d="m5 17 4.5-4 3 2.5 3-3 4 4" />
  </Icon>
);
export const PlusIcon = () => <Icon><path d="M12 5v14M5 12h14" /></Icon>;
export const CloseIcon = () => <Icon size={16}><path d="m6 6 12 12M18 6 6 18" /></Icon>;
export const MenuIcon = () => <Icon size={20}><path d="M4 7h16M4 12h16M4 17h10" /></Icon>;
export const CheckIcon = () => <Icon size={16}><path d="m5 12.5 4.5 4.5L19 7.5" /></Icon>;
export const AlertIcon = () => <Icon size={16}><path d="M12 8v5M12 16.5v.01" /><circle cx="12" cy="12" r="9" /></Icon>;
export const OutIcon = () => <Icon size={14}><path d="M9 7h8v8M17 7 7 17" /></Icon>;
export const CopyIcon = () => <Icon size={15}><rect x="9" y="9" width="11" height="11" rx="2.5" /><path d="M5 15V6.5A2.5 2.5 0 0 1 7.5 4H15" /></Icon>;
export const EditIcon = () => <Icon size={16}><path d="m5 19 .8-3.8L16 5l3 3L8.8 18.2 5 19Z" /></Icon>;
export const BellIcon = () => <Icon><path d="M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5l1.5-1.5ZM10.5 20.5h3" /></Icon>;
export const TagIcon = () => <Icon><path d="M4 12.5V5h7.5L20 13.5 13.5 20 4 12.5Z" /><circle cx="8.5" cy="9.5" r="1" /></Icon>;
export const SlidersIcon = () => <Icon><path d="M4 8h9M17 8h3M4 16h3M11 16h9" /><circle cx="15" cy="8" r="2" /><circle cx="9" cy="16" r="2" /></Icon>;
export const MicIcon = () => <Icon size={20}><rect x="9" y="3.5" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.5" /></Icon>;
export const CameraIcon = () => <Icon size={20}><path d="M4 8h3.5l1.5-2.5h6L16.5 8H20v11H4V8Z" /><circle cx="12" cy="13" r="3.5" /></Icon>;
export const ColumnsIcon = () => <Icon size={16}><rect x="4" y="5" width="6.5" height="14" rx="1.5" /><rect x="13.5" y="5" width="6.5" height="14" rx="1.5" /></Icon>;
export const StackIcon = () => <Icon><path d="m12 4 8 4-8 4-8-4 8-4ZM4.5 12.2 12 16l7.5-3.8M4.5 16.2 12 20l7.5-3.8" /></Icon>;
export const LinkIcon = () => <Icon><path d="M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1" /></Icon>;
export const SparkIcon = () => <Icon><path d="M12 4v4M12 16v4M4 12h4M16 12h4M7 7l2 2M15 15l2 2M17 7l-2 2M9 15l-2 2" /></Icon>;
export const UploadIcon = () => <Icon size={20}><path d="M12 15V4.5M7.5 9 12 4.5 16.5 9M5 15v4h14v-4" /></Icon>;
export const PauseIcon = () => <Icon size={16}><path d="M9 6v12M15 6v12" /></Icon>;
export const PlayIcon = () => <Icon size={16}><path d="m8 5.5 10 6.5-10 6.5V5.5Z" /></Icon>;
export const DownloadIcon = () => <Icon size={16}><path d="M12 4.5V15M7.5 10.5 12 15l4.5-4.5M5 19h14" /></Icon>;
export const StarIcon = () => (
  <svg width="13" height="13" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" className="shrink-0">
    <path d="m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.5 9.7l5.9-.8L12 3.5Z" />
  </svg>
);

export function Spinner() {
  return (
    <svg width="14" height="14" viewBox="0 0 24 24" fill="none" aria-hidden="true" className="shrink-0 animate-spin">
      <circle cx="12" cy="12" r="9" stroke="currentColor" strokeOpacity="0.2" strokeWidth="3" />
      <path d="M21 12a9 9 0 0 0-9-9" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}

export function Logo({ size = 28 }: { size?: number }) {
  return <img src="/icon.svg" width={size} height={size} alt="" className="shrink-0" />;
}
