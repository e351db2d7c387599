// users.UserService: users that can be added in a stream and watched.
// Adding is all or nothing: everything is checked before anything is stored.
import { type Changes, makeChanges } from './changes.ts';
import { alreadyExists, notFound, rejectViolations, type Violation } from './failure.ts';
import type { Call, Handlers } from './serve.ts';
import { type Timestamp, timestamp } from './timestamp.ts';

interface User {
  id: string;
  name: string;
  email: string;
  role: string;
  tags: string[];
  createdAt: Timestamp;
  updatedAt: Timestamp;
}

interface NewUser {
  name: string;
  email: string;
  role: string;
}

interface UserEvent {
  type: string;
  user: User;
  timestamp: Timestamp;
}

// 2026-01-05T09:00:00Z
const firstDay = 1767603600000;

const seed: readonly (readonly [name: string, role: string, tags: string[]])[] = [
  ['Alice Archer', 'USER_ROLE_ADMIN', ['founder', 'on-call']],
  ['Bob Baker', 'USER_ROLE_USER', ['sales']],
  ['Carol Carter', 'USER_ROLE_USER', []],
];

/** The handlers of users.UserService. */
export function usersService(): Handlers {
  const users = new Map<string, User>();
  const changes = makeChanges<UserEvent>();
  for (const [index, [name, role, tags]] of seed.entries()) {
    const email = `${name.split(' ')[0]?.toLowerCase()}@example.com`;
    store(users, { name, email, role }, firstDay + index * 3600_000, tags);
  }
  return {
    GetUser: ({ id }: { id: string }) => {
      const user = users.get(id);
      if (user === undefined) throw notFound('users.User', id);
      return user;
    },
    ListUsers: async function* (request: { pageSize: number; pageToken: string; filter: string }) {
      yield* select([...users.values()], request);
    },
    CreateUsers: (requests: AsyncIterable<NewUser>, call: Call) => createUsers(users, changes, requests, call),
    WatchUsers: ({ userIds }: { userIds: string[] }, call: Call) => watchUsers(users, changes, new Set(userIds), call),
  };
}

function store(users: Map<string, User>, request: NewUser, milliseconds: number, tags: string[] = []): User {
  const id = String(users.size + 1);
  const moment = timestamp(milliseconds);
  const role = request.role === 'USER_ROLE_UNSPECIFIED' ? 'USER_ROLE_USER' : request.role;
  const user = { id, name: request.name, email: request.email, role, tags, createdAt: moment, updatedAt: moment };
  users.set(id, user);
  return user;
}

function select(users: User[], request: { pageSize: number; pageToken: string; filter: string }): User[] {
  const text = request.filter.toLowerCase();
  const found = users.filter(
    (user) =>
      Number(user.id) > Number(request.pageToken || 0) &&
      (user.name.toLowerCase().includes(text) || user.email.toLowerCase().includes(text)),
  );
  return request.pageSize > 0 ? found.slice(0, request.pageSize) : found;
}

async function createUsers(
  users: Map<string, User>,
  changes: Changes<UserEvent>,
  requests: AsyncIterable<NewUser>,
  call: Call,
) {
  const taken = new Set([...users.values()].map((user) => user.email.toLowerCase()));
  const accepted: NewUser[] = [];
  for await (const request of requests) {
    rejectViolations(userViolations(request));
    if (taken.has(request.email.toLowerCase())) throw alreadyExists('users.User', request.email);
    taken.add(request.email.toLowerCase());
    accepted.push(request);
  }
  // Another call may have taken an email while this one was still sending.
  const late = new Set([...users.values()].map((user) => user.email.toLowerCase()));
  for (const { email } of accepted) if (late.has(email.toLowerCase())) throw alreadyExists('users.User', email);
  const created = accepted.map((request) => store(users, request, call.now()));
  for (const user of created) changes.announce({ type: 'EVENT_TYPE_CREATED', user, timestamp: user.createdAt });
  return { users: created, createdCount: created.length };
}

function userViolations({ name, email }: NewUser): Violation[] {
  const violations: Violation[] = [];
  if (name === '') violations.push(['name', 'must not be empty']);
  if (!email.includes('@')) violations.push(['email', 'must hold an "@"']);
  return violations;
}

async function* watchUsers(users: Map<string, User>, changes: Changes<UserEvent>, ids: Set<string>, call: Call) {
  const wanted = (user: User) => ids.size === 0 || ids.has(user.id);
  // Before the list is sent, so that no change in between is lost.
  const upcoming = changes.watch(call.signal);
  for (const user of [...users.values()].filter(wanted)) {
    yield { type: 'EVENT_TYPE_CREATED', user, timestamp: user.createdAt };
  }
  for await (const event of upcoming) if (wanted(event.user)) yield event;
}
