// The shelf: what this browser keeps of drawings, so that a page that is loaded again, or
// another day, goes on where it was. It is an IndexedDB (W3C, Indexed Database API 3.0)
// with a list of pieces for each room; what they are is shelving.js's.

const version = 1;
const mostBytes = 64 << 20; // of all rooms: then the one that was open longest ago goes

// A Shelf is that of one room. Its promises fail where the data of sites is blocked, or
// there is no place left.
export class Shelf {
  #room;
  #database;
  /** @type {Set<IDBValidKey>} */
  #read = new Set(); // the keys of the pieces that this page has read or written

  /** @param {string} room */
  constructor(room) {
    this.#room = room;
    this.#database = open();
    this.#database.catch(() => {}); // whoever uses it hears of that
  }

  // pieces are those of the room, the oldest first.
  /** @returns {Promise<(string | Uint8Array)[]>} */
  async pieces() {
    const { pieces } = stores(await this.#database, "readonly");
    const ofRoom = IDBKeyRange.only(this.#room);
    const [keys, list] = await Promise.all([done(pieces.index("room").getAllKeys(ofRoom)), done(pieces.index("room").getAll(ofRoom))]);
    for (const key of keys) this.#read.add(key);
    return list.map(({ piece }) => piece);
  }

  // add puts pieces to the others of the room, or in their place. Those that another page
  // of the room has put there meanwhile stay.
  /** @param {(string | Uint8Array)[]} list @param {boolean} anew */
  async add(list, anew) {
    const { transaction, rooms, pieces } = stores(await this.#database, "readwrite");
    const written = complete(transaction);
    const all = await done(rooms.getAll());
    const before = all.find(({ room }) => room === this.#room)?.bytes ?? 0;
    const size = list.reduce((sum, piece) => sum + piece.length, 0);
    if (anew) for (const key of this.#read) pieces.delete(key);
    const keys = Promise.all(list.map((piece) => done(pieces.add({ room: this.#room, piece }))));
    keys.catch(() => {}); // written fails, too
    const bytes = (anew ? 0 : before) + size;
    rooms.put({ room: this.#room, bytes, used: Date.now() });
    await crowdOut(all.filter(({ room }) => room !== this.#room), bytes, { rooms, pieces });
    await written;
    if (anew) this.#read.clear();
    for (const key of await keys) this.#read.add(key);
  }
}

// crowdOut removes rooms, those first that were used longest ago, until there is a place
// for so many bytes.
async function crowdOut(others, bytes, { rooms, pieces }) {
  others.sort((a, b) => b.used - a.used);
  let sum = bytes;
  for (const other of others) {
    sum += other.bytes;
    if (sum <= mostBytes) continue;
    rooms.delete(other.room);
    for (const key of await done(pieces.index("room").getAllKeys(IDBKeyRange.only(other.room)))) pieces.delete(key);
  }
}

/** @returns {Promise<IDBDatabase>} */
async function open() {
  const request = indexedDB.open("drawmesh", version); // throws where it is forbidden
  request.onupgradeneeded = () => {
    request.result.createObjectStore("rooms", { keyPath: "room" });
    request.result.createObjectStore("pieces", { autoIncrement: true }).createIndex("room", "room");
  };
  const database = await done(request);
  database.onversionchange = () => database.close(); // a later version of the page wants it
  return database;
}

/** @param {IDBDatabase} database @param {IDBTransactionMode} mode */
function stores(database, mode) {
  const transaction = database.transaction(["rooms", "pieces"], mode);
  return { transaction, rooms: transaction.objectStore("rooms"), pieces: transaction.objectStore("pieces") };
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function complete(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
