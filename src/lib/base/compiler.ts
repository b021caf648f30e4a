/**
 * V8 compiles hot functions in threads of its own. One that is still at work when its JavaScript thread begins to end
 * can wait for a garbage collection that this thread will never make, while the thread waits for it to finish: the
 * process hangs, deaf to signals (nodejs/node#54918). Why this and nothing else helps: docs/decisions/0042-ending.md.
 */
import { setFlagsFromString } from "node:v8";

/**
 * Waits until what this thread has handed to the compiler is done; milliseconds. To be called last, right before the
 * thread ends. Returns false where this V8 cannot be asked.
 */
export function settleCompiler(): boolean {
  try {
    setFlagsFromString("--allow-natives-syntax");
    // The wait leaves the heap to the compiler, so that it never waits for this thread.
    const finish = new Function("%FinalizeOptimization()") as () => void;
    finish();
    return true;
  } catch {
    return false;
  } finally {
    setFlagsFromString("--no-allow-natives-syntax");
  }
}

/** From now on nothing is handed to the compiler, by any thread: for a process that ends. */
export function stopCompiling(): void {
  setFlagsFromString("--max-optimized-bytecode-size=0");
}
