// userservice.v1.UserService: a fixed directory of users and what they did.
// The data never changes, so every answer is the same on every run.
import { notFound, rejectViolations } from './failure.ts';
import type { Handlers } from './serve.ts';

interface User {
  id: string;
  email: string;
  displayName: string;
  createdAtUnix: string;
  role: string;
  metadata: Record<string, string>;
}

interface ActivityEvent {
  eventType: string;
  timestamp: string;
  payload: Buffer;
}

// 2026-01-05T09:00:00Z
const firstDay = 1767603600;
const day = 86400;

const seed: readonly (readonly [name: string, role: string, team: string])[] = [
  ['Ada Lovelace', 'ADMIN', 'engines'],
  ['Grace Hopper', 'EDITOR', 'compilers'],
  ['Alan Turing', 'EDITOR', 'theory'],
  ['Barbara Liskov', 'ADMIN', 'types'],
  ['Dennis Ritchie', 'VIEWER', 'systems'],
  ['Frances Allen', 'EDITOR', 'compilers'],
  ['Ken Thompson', 'VIEWER', 'systems'],
  ['Katherine Johnson', 'EDITOR', 'orbits'],
  ['Edsger Dijkstra', 'VIEWER', 'theory'],
  ['Radia Perlman', 'ADMIN', 'networks'],
  ['Tony Hoare', 'VIEWER', 'types'],
  ['Margaret Hamilton', 'EDITOR', 'orbits'],
];

/** The handlers of userservice.v1.UserService. */
export function userService(): Handlers {
  const users = new Map(seed.map((row, index) => [`u-${index + 1}`, makeUser(row, index)]));
  const find = (id: string): User => {
    const user = users.get(id);
    if (user === undefined) throw notFound('userservice.v1.User', id);
    return user;
  };
  return {
    GetUser: ({ userId }: { userId: string }) => find(userId),
    ListUsers: (request: { pageSize: number; pageToken: string; filter: string }) =>
      page([...users.values()].filter(matches(request.filter)), request),
    StreamUserActivity: async function* (request: { userId: string; sinceUnix: string }) {
      const since = Number(request.sinceUnix);
      for (const event of activityOf(find(request.userId))) if (Number(event.timestamp) >= since) yield event;
    },
    BatchGetUsers: async function* ({ userIds }: { userIds: string[] }) {
      for (const id of userIds) yield find(id);
    },
  };
}

function makeUser([displayName, role, team]: (typeof seed)[number], index: number): User {
  const given = displayName.split(' ')[0] ?? displayName;
  return {
    id: `u-${index + 1}`,
    email: `${given.toLowerCase()}@example.com`,
    displayName,
    createdAtUnix: String(firstDay + index * day),
    role: `USER_ROLE_${role}`,
    metadata: { team, floor: String(1 + (index % 3)) },
  };
}

function matches(filter: string): (user: User) => boolean {
  const text = filter.toLowerCase();
  return (user) => user.email.toLowerCase().includes(text) || user.displayName.toLowerCase().includes(text);
}

function page(users: User[], { pageSize, pageToken }: { pageSize: number; pageToken: string }) {
  const size = Math.min(pageSize || 10, 100);
  const start = pageToken === '' ? 0 : /^after:\d+$/.test(pageToken) ? Number(pageToken.slice(6)) : -1;
  rejectViolations([
    ...(size < 0 ? ([['page_size', 'must not be negative']] as const) : []),
    ...(start < 0 ? ([['page_token', 'was not handed out by this service']] as const) : []),
  ]);
  const end = start + size;
  return { users: users.slice(start, end), nextPageToken: end < users.length ? `after:${end}` : '' };
}

function activityOf(user: User): ActivityEvent[] {
  const kinds = ['login', 'document.opened', 'document.edited', 'comment.added', 'logout'];
  return kinds.map((eventType, index) => ({
    eventType,
    timestamp: String(Number(user.createdAtUnix) + index * 600),
    payload: Buffer.from(JSON.stringify({ user: user.id, step: index + 1 })),
  }));
}
