//! Interned strings: a name is four bytes, and comparing two names compares two numbers.
//!
//! Names live as long as the process. The order of two names is the order of their texts, never that of their
//! numbers, which depends on which thread came first.

use std::cell::RefCell;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{OnceLock, RwLock};

use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An interned string.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name(u32);

const SHARD_BITS: u32 = 5;
const SHARDS: usize = 1 << SHARD_BITS;

/// Chunk `n` of a shard holds `FIRST_CHUNK << n` texts, so that a text never moves and is read without a lock.
const FIRST_CHUNK: usize = 256;
const CHUNKS: usize = 20;

struct Shard {
    numbers: RwLock<FxHashMap<&'static str, u32>>,
    chunks: [OnceLock<Box<[OnceLock<Text>]>>; CHUNKS],
}

/// A text with its first bytes as a number of the same order: that tells most texts apart.
#[derive(Clone, Copy)]
struct Text {
    first: u64,
    text: &'static str,
}

impl Text {
    fn new(text: &'static str) -> Self {
        let mut first = [0; size_of::<u64>()];
        let length = text.len().min(first.len());
        first[..length].copy_from_slice(&text.as_bytes()[..length]);
        Self { first: u64::from_be_bytes(first), text }
    }
}

impl Shard {
    const fn new() -> Self {
        let numbers = RwLock::new(FxHashMap::with_hasher(FxBuildHasher));
        Self { numbers, chunks: [const { OnceLock::new() }; CHUNKS] }
    }

    /// The chunk in which a text is, and its place there.
    fn place(number: u32) -> (usize, usize) {
        let place = number as usize + FIRST_CHUNK;
        let chunk = (place.ilog2() - FIRST_CHUNK.ilog2()) as usize;
        (chunk, place - (FIRST_CHUNK << chunk))
    }

    fn add(&self, number: u32, text: &'static str) {
        let (chunk, place) = Self::place(number);
        let texts = self.chunks[chunk].get_or_init(|| (0..FIRST_CHUNK << chunk).map(|_| OnceLock::new()).collect());
        texts[place].get_or_init(|| Text::new(text));
    }

    fn text(&self, number: u32) -> Option<&Text> {
        let (chunk, place) = Self::place(number);
        self.chunks[chunk].get()?[place].get()
    }
}

static SHARD_TABLE: [Shard; SHARDS] = [const { Shard::new() }; SHARDS];

impl Name {
    /// The name with this text.
    pub fn new(text: &str) -> Self {
        let shard_number = (FxBuildHasher.hash_one(text) >> 32) as usize % SHARDS;
        let shard = &SHARD_TABLE[shard_number];
        let encode = |number: u32| Self(number << SHARD_BITS | shard_number as u32);
        if let Some(&number) = shard.numbers.read().expect("no thread panics while interning").get(text) {
            return encode(number);
        }
        let mut numbers = shard.numbers.write().expect("no thread panics while interning");
        if let Some(&number) = numbers.get(text) {
            return encode(number);
        }
        let number = u32::try_from(numbers.len()).expect("fewer than 2^27 names");
        let text: &'static str = Box::leak(text.into());
        shard.add(number, text);
        numbers.insert(text, number);
        encode(number)
    }

    /// The text of the name.
    pub fn as_str(self) -> &'static str {
        self.entry().text
    }

    fn entry(self) -> &'static Text {
        let shard = &SHARD_TABLE[self.0 as usize % SHARDS];
        shard.text(self.0 >> SHARD_BITS).expect("set before the name was given out")
    }

    /// Whether the text is `text`, without interning it.
    pub fn is(self, text: &str) -> bool {
        self.as_str() == text
    }
}

/// A value for some names, found without hashing: worth it for what is asked for all the time.
#[derive(Debug)]
pub struct NameTable<T>(Vec<Option<T>>);

impl<T> Default for NameTable<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> NameTable<T> {
    /// The value for a name.
    pub fn get(&self, name: Name) -> Option<T> {
        self.0.get(name.0 as usize).copied().flatten()
    }

    /// The place for the value of a name.
    pub fn entry(&mut self, name: Name) -> &mut Option<T> {
        let place = name.0 as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, None);
        }
        &mut self.0[place]
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self.0 == other.0 {
            return std::cmp::Ordering::Equal;
        }
        let (one, other) = (self.entry(), other.entry());
        one.first.cmp(&other.first).then_with(|| one.text.cmp(other.text))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.as_str())
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

thread_local! {
    /// The names of the value being written or read by this thread; see [`with_table`].
    static TABLE: RefCell<Option<Table>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Table {
    names: Vec<Name>,
    numbers: FxHashMap<Name, u32>,
}

/// Runs `action` with a table in which each name is written once: inside it a name is serialised as its number in
/// the table. Returns the result and the table as it is afterwards.
pub fn with_table<R>(names: Vec<Name>, action: impl FnOnce() -> R) -> (R, Vec<Name>) {
    let numbers = names.iter().enumerate().map(|(number, &name)| (name, number as u32)).collect();
    let outer = TABLE.replace(Some(Table { names, numbers }));
    let result = action();
    let table = TABLE.replace(outer).expect("set above");
    (result, table.names)
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = TABLE.with_borrow_mut(|table| {
            table.as_mut().map(|table| {
                let next = table.names.len() as u32;
                *table.numbers.entry(*self).or_insert_with(|| {
                    table.names.push(*self);
                    next
                })
            })
        });
        match number {
            Some(number) => serializer.serialize_u32(number),
            None => serializer.serialize_str(self.as_str()),
        }
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if TABLE.with_borrow(Option::is_some) {
            let number = u32::deserialize(deserializer)?;
            TABLE.with_borrow(|table| {
                let table = table.as_ref().expect("checked above");
                table.names.get(number as usize).copied().ok_or_else(|| serde::de::Error::custom("unknown name number"))
            })
        } else {
            Ok(Self::new(&String::deserialize(deserializer)?))
        }
    }
}
