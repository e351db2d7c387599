// orders.OrderService: a shop's orders, some of them there from the start.
// An order that is followed moves on by one step at a time until it is delivered.
import { notFound, rejectViolations, type Violation } from './failure.ts';
import type { Call, Handlers } from './serve.ts';

interface Order {
  id: string;
  customerId: string;
  total: number;
  status: string;
  trackingNumber: string;
}

interface NewOrder {
  customerId: string;
  items: { productId: string; quantity: number }[];
}

const steps = ['placed', 'packed', 'shipped', 'delivered'];
const stepInterval = 200;

/** The handlers of orders.OrderService. */
export function orderService(): Handlers {
  const orders = new Map<string, Order>();
  const add = (customerId: string, total: number, status: string): Order => {
    const id = `o-${orders.size + 1}`;
    const order = { id, customerId, total, status, trackingNumber: trackingNumber(id, status) };
    orders.set(id, order);
    return order;
  };
  const find = (id: string): Order => {
    const order = orders.get(id);
    if (order === undefined) throw notFound('orders.Order', id);
    return order;
  };
  add('c-1', 59.9, 'shipped');
  add('c-2', 12.5, 'placed');
  add('c-1', 240, 'delivered');
  return {
    GetOrder: ({ orderId }: { orderId: string }) => find(orderId),
    CreateOrder: (request: NewOrder) => {
      rejectViolations(orderViolations(request));
      const cents = request.items.reduce((sum, item) => sum + item.quantity * priceOf(item.productId), 0);
      return add(request.customerId, cents / 100, 'placed');
    },
    StreamOrderUpdates: ({ orderId }: { orderId: string }, call: Call) => follow(find(orderId), call),
  };
}

async function* follow(order: Order, call: Call) {
  const report = () => ({
    orderId: order.id,
    status: order.status,
    timestamp: new Date(call.now()).toISOString(),
  });
  yield report();
  for (let next = steps[steps.indexOf(order.status) + 1]; next !== undefined; ) {
    await call.sleep(stepInterval);
    // Somebody else may follow the same order, and have moved it on meanwhile.
    if (steps.indexOf(order.status) < steps.indexOf(next)) order.status = next;
    order.trackingNumber = trackingNumber(order.id, order.status);
    yield report();
    next = steps[steps.indexOf(order.status) + 1];
  }
}

function trackingNumber(id: string, status: string): string {
  return steps.indexOf(status) < 2 ? '' : `TRACK-${id.slice(2).padStart(6, '0')}`;
}

function orderViolations({ customerId, items }: NewOrder): Violation[] {
  const violations: Violation[] = [];
  if (customerId === '') violations.push(['customer_id', 'must not be empty']);
  if (items.length === 0) violations.push(['items', 'must hold at least one item']);
  for (const [index, item] of items.entries()) {
    if (item.productId === '') violations.push([`items[${index}].product_id`, 'must not be empty']);
    if (item.quantity < 1) violations.push([`items[${index}].quantity`, 'must be at least 1']);
  }
  return violations;
}

/** The price of a product in cents: made from its name, so that the same order always costs the same. */
function priceOf(productId: string): number {
  let sum = 0;
  for (const letter of productId) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9901;
  return 99 + sum;
}
