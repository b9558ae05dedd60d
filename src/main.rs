//! `simulate SCENARIO.toml`: see `simulate --help`.

fn main() -> std::process::ExitCode {
    simulate::cli::main()
}
