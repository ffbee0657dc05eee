/** Who uses the demo product: forty fictional companies and their two thousand users. */
import { DAY_MS } from './calendar.ts';
import { createRandom, type Random } from './random.ts';
import { STORY_TENANTS, type Timeline } from './timeline.ts';

export type DemoProductSlug = 'projects' | 'documents' | 'agents';

export type DemoOffice = { readonly country: string; readonly region: string; readonly timeZone: string };

export type DemoTenant = {
  readonly id: string;
  readonly name: string;
  readonly industry: string;
  readonly plan: 'team' | 'business' | 'enterprise';
  readonly seats: number;
  readonly products: readonly DemoProductSlug[];
  /** The first is the head office; a second one holds a quarter of the users. */
  readonly offices: readonly [DemoOffice, ...DemoOffice[]];
};

export type DemoUser = {
  readonly id: string;
  readonly role: 'admin' | 'manager' | 'member' | 'viewer';
  readonly office: DemoOffice;
  /** Sessions on a normal working day. */
  readonly sessionsPerDay: number;
  readonly mainProduct: DemoProductSlug;
  readonly browser: string;
  readonly os: string;
  readonly phone: 'ios' | 'android';
  readonly phoneShare: number;
  readonly authContext: 'sso' | 'password' | 'passwordless';
  readonly joinedMs: number;
  readonly leftMs: number;
};

export type DemoCustomer = { readonly tenant: DemoTenant; readonly users: readonly DemoUser[] };

const PRODUCTS_BY_LETTER = { P: 'projects', D: 'documents', A: 'agents' } as const;

/** id | name | industry | seats | products | country, region, time zone of each office */
const TENANT_TABLE = `
brightwell-logistics  | Brightwell Logistics   | logistics     | 140 | PDA | DE, Hamburg, Europe/Berlin; PL, Masovia, Europe/Warsaw
northgate-mutual      | Northgate Mutual       | insurance     | 115 | PDA | GB, England, Europe/London; IE, Leinster, Europe/Dublin
tamarind-health       | Tamarind Health        | healthcare    | 105 | PD  | IN, Karnataka, Asia/Kolkata
pelican-robotics      | Pelican Robotics       | manufacturing | 100 | PA  | US, Texas, America/Chicago
cascadia-freightworks | Cascadia Freightworks  | logistics     |  98 | PDA | US, Washington, America/Los_Angeles; CA, British Columbia, America/Vancouver
lumenfeld-energy      | Lumenfeld Energy       | energy        |  80 | PDA | DE, Bavaria, Europe/Berlin
moravia-castings      | Moravia Castings       | manufacturing |  72 | PD  | CZ, Moravia, Europe/Prague
hokusei-instruments   | Hokusei Instruments    | manufacturing |  72 | PDA | JP, Kanto, Asia/Tokyo
hudson-larch-legal    | Hudson & Larch         | legal         |  70 | DA  | US, New York, America/New_York
yarra-civil           | Yarra Civil            | construction  |  64 | PDA | AU, Victoria, Australia/Melbourne
polder-works          | Polder Works           | engineering   |  60 | PDA | NL, Utrecht, Europe/Amsterdam
maple-ridge-clinics   | Maple Ridge Clinics    | healthcare    |  58 | PD  | CA, Ontario, America/Toronto
alpenrose-pharma      | Alpenrose Pharma       | pharma        |  54 | PDA | CH, Basel, Europe/Zurich
atlas-cartons         | Atlas Cartons          | packaging     |  54 | PD  | FR, Hauts-de-France, Europe/Paris
bluestem-education    | Bluestem Education     | education     |  50 | PD  | US, Illinois, America/Chicago
saltmarsh-foods       | Saltmarsh Foods        | food          |  50 | PD  | GB, Scotland, Europe/London
rivage-assurances     | Rivage Assurances      | insurance     |  48 | PDA | FR, Provence, Europe/Paris
pinheiro-agro         | Pinheiro Agro          | agriculture   |  46 | PD  | BR, Minas Gerais, America/Sao_Paulo
seabright-analytics   | Seabright Analytics    | software      |  46 | PDA | US, California, America/Los_Angeles; IN, Telangana, Asia/Kolkata
banyan-microfinance   | Banyan Microfinance    | finance       |  44 | PD  | IN, Maharashtra, Asia/Kolkata
ironbark-mining       | Ironbark Mining        | mining        |  42 | PD  | AU, Western Australia, Australia/Perth
fjordline-seafood     | Fjordline Seafood      | food          |  40 | PD  | NO, Vestland, Europe/Oslo
jacaranda-retail      | Jacaranda Retail       | retail        |  40 | PD  | ZA, Gauteng, Africa/Johannesburg
merlion-biotech       | Merlion Biotech        | pharma        |  40 | PDA | SG, Singapore, Asia/Singapore
prairie-credit-union  | Prairie Credit Union   | finance       |  38 | PDA | CA, Alberta, America/Edmonton
almendra-foods        | Almendra Foods         | food          |  36 | PD  | ES, Andalusia, Europe/Madrid
granite-peak-builders | Granite Peak Builders  | construction  |  34 | P   | US, Colorado, America/Denver
cedar-coast-shipping  | Cedar Coast Shipping   | logistics     |  34 | PD  | AE, Dubai, Asia/Dubai
kauri-timber          | Kauri Timber           | forestry      |  32 | PD  | NZ, Waikato, Pacific/Auckland
palmetto-hospitality  | Palmetto Hospitality   | hospitality   |  30 | PD  | US, Florida, America/New_York
skargard-media        | Skärgård Media         | media         |  30 | PA  | SE, Stockholm, Europe/Stockholm
dolomia-design        | Dolomia Design         | design        |  28 | P   | IT, Veneto, Europe/Rome
lotus-thread          | Lotus Thread           | textiles      |  28 | P   | VN, Ho Chi Minh City, Asia/Ho_Chi_Minh
sierra-azul-travel    | Sierra Azul Travel     | travel        |  25 | PD  | MX, Jalisco, America/Mexico_City
savanna-telecom       | Savanna Telecom        | telecom       |  24 | PA  | KE, Nairobi, Africa/Nairobi
quebracho-exports     | Quebracho Exports      | trade         |  20 | P   | AR, Chaco, America/Argentina/Buenos_Aires
baltic-grid           | Baltic Grid            | energy        |  18 | PA  | EE, Harju, Europe/Tallinn
kestrel-hill-trust    | Kestrel Hill Trust     | charity       |  14 | PD  | GB, Wales, Europe/London
wachau-wines          | Wachau Wines           | food          |  12 | P   | AT, Lower Austria, Europe/Vienna
tidepool-studio       | Tidepool Studio        | design        |   9 | PA  | US, Oregon, America/Los_Angeles
`;

export const DEMO_TENANTS: readonly DemoTenant[] = TENANT_TABLE.trim().split('\n').map(parseTenant);

function parseTenant(line: string): DemoTenant {
  const [id, name, industry, seats, letters, offices] = line.split('|').map((cell) => cell.trim());
  const size = Number(seats);
  return {
    id: id!,
    name: name!,
    industry: industry!,
    plan: size >= 60 ? 'enterprise' : size >= 30 ? 'business' : 'team',
    seats: size,
    products: [...letters!].map((letter) => PRODUCTS_BY_LETTER[letter as keyof typeof PRODUCTS_BY_LETTER]),
    offices: offices!.split(';').map(parseOffice) as [DemoOffice, ...DemoOffice[]],
  };
}

function parseOffice(text: string): DemoOffice {
  const [country, region, timeZone] = text.split(',').map((part) => part.trim());
  return { country: country!, region: region!, timeZone: timeZone! };
}

const SESSIONS_PER_DAY = { admin: 0.46, manager: 0.4, member: 0.3, viewer: 0.14 } as const;
const DESKTOPS = [
  ['Chrome', 'Windows'],
  ['Chrome', 'Windows'],
  ['Edge', 'Windows'],
  ['Edge', 'Windows'],
  ['Chrome', 'macOS'],
  ['Safari', 'macOS'],
  ['Firefox', 'Linux'],
] as const;

/** The users of every tenant; depends on the seed and on the story's dates, which say who joins and leaves when. */
export function createCustomers(seed: number, timeline: Timeline): readonly DemoCustomer[] {
  const random = createRandom(seed, 'customers');
  let nextUserNumber = 1_001;
  return DEMO_TENANTS.map((tenant) => ({
    tenant,
    users: Array.from({ length: tenant.seats }, (_, index) =>
      createUser(random, tenant, index, `u-${nextUserNumber++}`, timeline),
    ),
  }));
}

function createUser(random: Random, tenant: DemoTenant, index: number, id: string, timeline: Timeline): DemoUser {
  const isChampion = tenant.id === STORY_TENANTS.stalling && index === 0;
  const role = index === 0 ? 'admin' : roleFor(random);
  const [browser, os] = random.pick(DESKTOPS);
  return {
    id,
    role,
    office: tenant.offices[random.chance(0.25) ? tenant.offices.length - 1 : 0]!,
    sessionsPerDay: isChampion ? 2.5 : SESSIONS_PER_DAY[role] * random.logNormal(1, 0.8),
    mainProduct: random.pick(tenant.products),
    browser,
    os,
    phone: os === 'macOS' || random.chance(0.3) ? 'ios' : 'android',
    phoneShare: random.chance(0.3) ? 0.3 : 0.04,
    authContext: tenant.plan === 'enterprise' ? 'sso' : random.chance(0.3) ? 'passwordless' : 'password',
    joinedMs: joinedMs(random, tenant, index, timeline),
    leftMs: isChampion ? timeline.championLeavesMs : leftMs(random, timeline),
  };
}

function roleFor(random: Random): DemoUser['role'] {
  const draw = random.unit();
  if (draw < 0.04) return 'admin';
  if (draw < 0.18) return 'manager';
  return draw < 0.85 ? 'member' : 'viewer';
}

/** Most were there before; one in twelve joins during the period. The growing tenant doubles its seats again and again. */
function joinedMs(random: Random, tenant: DemoTenant, index: number, timeline: Timeline): number {
  const spanMs = timeline.endMs - timeline.startMs;
  if (tenant.id === STORY_TENANTS.growing) {
    const seatsAtStart = 7;
    const share = Math.log((index + 1) / seatsAtStart) / Math.log(tenant.seats / seatsAtStart);
    return timeline.startMs + Math.max(-1, share) * (spanMs - 3 * DAY_MS);
  }
  return random.chance(1 / 12) ? timeline.startMs + random.unit() * spanMs : timeline.startMs - DAY_MS;
}

function leftMs(random: Random, timeline: Timeline): number {
  const spanMs = timeline.endMs - timeline.startMs;
  return random.chance(0.03) ? timeline.startMs + random.unit() * spanMs : Number.POSITIVE_INFINITY;
}
