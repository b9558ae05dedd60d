//! Lists of counts most of which are 0, written short: how many there are, and each that is not
//! 0 with the number of zeros before it.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most counts of a list: a hundred years of weeks with bins on both sides of 0, many times.
const MOST: u64 = 1 << 26;

pub fn serialize<S: Serializer>(counts: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
    let mut few: Vec<(u64, u64)> = Vec::new();
    let mut zeros = 0;
    for &count in counts {
        match count {
            0 => zeros += 1,
            _ => few.push((std::mem::take(&mut zeros), count)),
        }
    }
    (counts.len() as u64, few).serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
    let (length, few) = <(u64, Vec<(u64, u64)>)>::deserialize(deserializer)?;
    if length > MOST {
        return Err(D::Error::custom("a list too long to be true"));
    }
    let mut counts = vec![0; length as usize];
    let mut at = 0_usize;
    for (zeros, count) in few {
        let place = usize::try_from(zeros).ok().and_then(|z| at.checked_add(z));
        let place = place.filter(|&place| place < counts.len() && count > 0);
        let Some(place) = place else {
            return Err(D::Error::custom("counts beyond the end of their list"));
        };
        counts[place] = count;
        at = place + 1;
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Counts(#[serde(with = "super")] Vec<u64>);

    proptest! {
        #[test]
        fn what_is_written_is_read(
            counts in prop::collection::vec(prop_oneof![3 => Just(0), 1 => any::<u64>()], 0..200)
        ) {
            let counts = Counts(counts);
            let text = serde_json::to_string(&counts).unwrap();
            let read: Counts = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read, counts);
        }
    }

    #[test]
    fn what_can_be_no_list_is_refused() {
        for text in [
            "[99999999999,[]]",
            "[2,[[2,1]]]",
            "[2,[[0,1],[1,1]]]",
            "[1,[[0,0]]]",
        ] {
            assert!(serde_json::from_str::<Counts>(text).is_err(), "{text}");
        }
    }
}
