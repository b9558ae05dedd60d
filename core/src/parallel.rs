//! Work side by side: on rayon's current threads, or without the feature `parallel` one after
//! the other on the caller's. What comes of it is in the order of the numbers either way.

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// How many threads there are to work on.
pub fn threads() -> usize {
    #[cfg(feature = "parallel")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "parallel"))]
    1
}

/// The number of this thread, below [`threads`].
pub fn thread() -> usize {
    #[cfg(feature = "parallel")]
    return rayon::current_thread_index().unwrap_or(0);
    #[cfg(not(feature = "parallel"))]
    0
}

/// What `of` gives for each number below `count`.
pub fn map<T: Send>(count: usize, of: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "parallel")]
    return (0..count).into_par_iter().map(of).collect();
    #[cfg(not(feature = "parallel"))]
    (0..count).map(of).collect()
}

/// Does it for each number below `count`.
pub fn for_each(count: u64, act: impl Fn(u64) + Sync + Send) {
    #[cfg(feature = "parallel")]
    (0..count).into_par_iter().for_each(act);
    #[cfg(not(feature = "parallel"))]
    (0..count).for_each(act);
}

/// Does it for each piece of a list, the last of which may be shorter, with the piece's number.
pub fn for_each_chunk<T: Send>(
    list: &mut [T],
    length: usize,
    act: impl Fn(usize, &mut [T]) + Sync + Send,
) {
    #[cfg(feature = "parallel")]
    list.par_chunks_mut(length)
        .enumerate()
        .for_each(|(number, chunk)| act(number, chunk));
    #[cfg(not(feature = "parallel"))]
    list.chunks_mut(length)
        .enumerate()
        .for_each(|(number, chunk)| act(number, chunk));
}
